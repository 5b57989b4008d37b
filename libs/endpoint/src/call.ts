import { Problem, ProblemDetails, ServiceUnavailable } from '@nanoservices/validation';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import type { Contract, Output } from './contract.ts';
import { eventOf, type Request, type UntypedRequest } from './event.ts';
import { invokeFused } from './fuse.ts';
import { invokeFunction } from './lambda-invoke.ts';

/** Calls one of the endpoints that the contract lists under `calls`. */
export type Call<Callees extends Contract> = <Callee extends Callees>(
  callee: Callee,
  request: Request<Callee> & {
    /** How long to wait for the answer, at most; never longer than the caller itself has left. Default 3000. */
    readonly timeoutMs?: number;
  },
) => Promise<Output<Callee>>;

/** A callee that gave no usable answer: down, too slow, crashed, or against its contract. The cause says which. */
export class CallFailed extends ServiceUnavailable {
  constructor(callee: Contract, cause: unknown) {
    super();
    this.message = `${callee.name} gave no usable answer`;
    this.cause = cause;
  }
}

/** What the answer of an endpoint looks like from outside. */
const Answer = z.looseObject({ statusCode: z.int(), body: z.optional(z.string()) });

/** Left to the caller when a callee used all the time it could have, to still answer itself. */
const reserveMs = 100;

/**
 * Makes the `call` of one invocation: a Lambda Invoke of the callee's function with the request's parts as an API
 * Gateway event, on behalf of the same user; or a function call, when the callee is part of the same function (see
 * fuse.ts). The function's name is in the environment variable
 * `FUNCTION_<CALLEE>` (`FUNCTION_LIST_USER_GAMES`), which deployment sets; without it, it is the callee's own name.
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
    const patienceMs = Math.min(timeoutMs, context.getRemainingTimeInMillis() - reserveMs);
    try {
      const signal = AbortSignal.timeout(Math.max(0, patienceMs));
      const calleeEvent = eventOf(callee, request, origin);
      const { payload, functionError } = await (invokeFused(callee.name, calleeEvent, context, signal) ??
        invokeFunction(functionNameOf(callee), calleeEvent, signal));
      if (functionError) throw new Error(`${callee.name} failed: ${JSON.stringify(payload)}`);
      return readAnswer(callee, payload);
    } catch (error) {
      throw isDeclared(callee, error) ? error : new CallFailed(callee, error);
    }
  };
}

function functionNameOf({ name }: Contract): string {
  return process.env[`FUNCTION_${name.replaceAll('-', '_').toUpperCase()}`] ?? name;
}

function readAnswer<Callee extends Contract>(callee: Callee, payload: unknown): Output<Callee> {
  const { statusCode, body } = Answer.parse(payload);
  const content: unknown = body === undefined ? undefined : JSON.parse(body);
  if (statusCode >= 400) throw Problem.revive(ProblemDetails.parse(content), callee.problems);
  return (callee.response ? z.parse(callee.response, content) : undefined) as Output<Callee>;
}

function isDeclared(callee: Contract, error: unknown): boolean {
  return callee.problems.some((problem) =>
    Object.prototype.isPrototypeOf.call(problem.prototype, error as object),
  );
}
