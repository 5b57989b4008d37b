import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { parseResponse } from './broken-contract.ts';
import type { Contract, Output } from './contract.ts';
import { eventOf, type Request, type UntypedRequest } from './event.ts';
import { invokeFused } from './fuse.ts';
import { invokeFunction } from './lambda-invoke.ts';
import { mediaOf } from './media.ts';
import { Problem, ProblemDetails, ServiceUnavailable } from './problem.ts';
import { readBody } from './response.ts';

/** Calls one of the endpoints that the contract lists under `calls`. */
export type Call<Callees extends Contract> = <Callee extends Callees>(
  callee: Callee,
  request: Request<Callee> & {
    /** Timeout of the call, capped by the time that the calling endpoint has left. Default 3000. */
    readonly timeoutMs?: number;
  },
) => Promise<Output<Callee>>;

/** A call without a usable response: the callee is down, too slow, has crashed, or breaks its contract. `cause` has the reason. */
export class CallFailed extends ServiceUnavailable {
  constructor(callee: Contract, cause: unknown) {
    super();
    this.name = 'CallFailed';
    this.message = `${callee.name} gave no usable answer`;
    this.cause = cause;
  }
}

/** HTTP response in the form that API Gateway expects. */
const HttpResponse = z.looseObject({ statusCode: z.int(), body: z.nullish(z.string()) });

/** Time that the calling endpoint keeps for its own response. */
const reserveMs = 100;

/**
 * Makes the `call` of one invocation. It invokes the callee's function with an API Gateway event that has the parts of
 * the request and the caller of the current request. If the callee is fused into the same function, the call is a
 * function call (see fuse.ts). Deployment sets the name of the callee's function in the environment variable
 * {@link addressVariable}; the default is the name of the callee.
 */
export function callFrom(event: APIGatewayProxyEventV2, context: Context) {
  return async <Callee extends Contract>(
    callee: Callee,
    { timeoutMs = 3000, ...request }: UntypedRequest & { readonly timeoutMs?: number },
  ): Promise<Output<Callee>> => {
    const { requestId, authorizer, http } =
      event.requestContext as APIGatewayProxyEventV2['requestContext'] & {
        authorizer?: unknown;
      };
    const origin = { requestId, authorizer, sourceIp: http.sourceIp };
    const limitMs = Math.min(timeoutMs, context.getRemainingTimeInMillis() - reserveMs);
    try {
      const signal = AbortSignal.timeout(Math.max(0, limitMs));
      const calleeEvent = await eventOf(callee, request, origin);
      const { payload, functionError } = await (invokeFused(callee.name, calleeEvent, context, signal) ??
        invokeFunction(functionNameOf(callee), calleeEvent, signal));
      if (functionError) throw new Error(`${callee.name} failed: ${JSON.stringify(payload)}`);
      return readResponse(callee, payload);
    } catch (error) {
      throw isDeclared(callee, error) ? error : new CallFailed(callee, error);
    }
  };
}

function functionNameOf({ name }: Contract): string {
  return process.env[addressVariable(name)] ?? name;
}

/** Name of the environment variable that names the function of an endpoint: `FUNCTION_GET_ORDER` for get-order. */
export function addressVariable(endpoint: string): string {
  return `FUNCTION_${endpoint.replaceAll('-', '_').toUpperCase()}`;
}

function readResponse<Callee extends Contract>(callee: Callee, payload: unknown): Output<Callee> {
  const response = HttpResponse.parse(payload);
  const isGood = response.statusCode < 400;
  const content = readBody(response, isGood && mediaOf(callee.response) !== undefined);
  if (!isGood) throw Problem.revive(ProblemDetails.parse(content), callee.problems);
  return (callee.response && parseResponse(callee.response, content, callee.name)) as Output<Callee>;
}

function isDeclared(callee: Contract, error: unknown): boolean {
  return callee.problems.some((problem) =>
    Object.prototype.isPrototypeOf.call(problem.prototype, error as object),
  );
}
