import type { APIGatewayProxyEventV2, APIGatewayProxyHandlerV2, Context } from 'aws-lambda';
import type * as z from 'zod/v4/core';
import { type Call, callFrom } from './call.ts';
import { authorize, type Caller } from './caller.ts';
import { type Contract, isComplete } from './contract.ts';
import { environmentReader } from './environment.ts';
import { type IfMatch, parseIfMatch } from './etag.ts';
import { isExpected } from './expected-problems.ts';
import { inputParser } from './input.ts';
import { PreconditionRequired, Problem, ServiceUnavailable } from './problem.ts';
import type { Reply } from './reply.ts';
import { logRequest } from './request-log.ts';
import { problemResponse, responder } from './response.ts';
import { isSmoke } from './smoke.ts';

type Part = 'params' | 'query' | 'headers' | 'cookies' | 'body' | 'env';

/**
 * Input of a handler: the validated parts and environment variables that its contract declares, and the origin of the request.
 */
export type Input<C extends Contract> = {
  readonly [P in Part as C[P] extends z.$ZodType ? P : never]: z.output<Extract<C[P], z.$ZodType>>;
} & {
  /** Sender of the request. Can be undefined only with access 'public'. */
  readonly caller: C['access'] extends 'public' ? Caller | undefined : Caller;
  /** Versions that the If-Match header names. */
  readonly ifMatch: C['ifMatch'] extends true ? IfMatch : undefined;
  /** Function that calls another endpoint. */
  readonly call: Call<C['calls'][number]>;
  readonly event: APIGatewayProxyEventV2;
  readonly context: Context;
};

// biome-ignore lint/suspicious/noConfusingVoidType: the handler of an endpoint without a response returns nothing
type Body<C extends Contract> = C['response'] extends z.$ZodType ? z.input<C['response']> : void;

/** Function that the author of an endpoint writes. */
export type EndpointHandler<C extends Contract> = (input: Input<C>) => Promise<Body<C> | Reply<Body<C>>>;

/**
 * Makes the Lambda handler of an endpoint, for API Gateway's HTTP API with payload format 2.0. The handler authorizes,
 * parses and validates the request, runs `handler`, responds with its result or with a problem (RFC 9457), and writes
 * one log line.
 *
 * Tests and the local runtime set the environment variable VALIDATE_RESPONSES to `true`: a response that breaks the
 * contract is then a 500.
 *
 * @throws Error when the contract is one of a plain handler
 */
export function endpoint<C extends Contract>(
  contract: C & (C['stream'] extends string ? 'A streaming contract needs stream().' : unknown),
  handler: EndpointHandler<C>,
): APIGatewayProxyHandlerV2 {
  if (!isComplete(contract)) {
    throw new Error(
      `${(contract as Contract).name}: endpoint() needs a contract with "summary", "access", one method and a path. Any other is for a plain handler.`,
    );
  }
  const parseInput = inputParser(contract);
  const respond = responder(contract);
  const readEnvironment = contract.env && environmentReader(contract.name, contract.env);

  return async (event, context) => {
    if (isSmoke(event)) {
      // A version whose variables do not fit must not go live. The rights of a new role take some seconds to count.
      await readEnvironment?.().catch((error) => {
        if (!(error instanceof ServiceUnavailable)) throw error;
      });
      return { statusCode: 204 };
    }
    const startedAt = performance.now();
    try {
      const caller = authorize(contract.access, event);
      const ifMatch = contract.ifMatch ? readIfMatch(event) : undefined;
      const parsed = parseInput(event);
      // Hardly any body has to be waited for.
      const parts = parsed instanceof Promise ? await parsed : parsed;
      const input = { ...parts, caller, ifMatch, call: callFrom(event, context), event, context };
      if (readEnvironment) Object.assign(input, { env: await readEnvironment() });
      const response = respond(event, await handler(input as unknown as Input<C>));
      logRequest({ contract, context, status: response.statusCode, startedAt });
      return response;
    } catch (error) {
      const problem = isExpected(contract, error) ? error : new Problem();
      const response = problemResponse(problem);
      logRequest({ contract, context, status: response.statusCode, startedAt, error, event });
      return response;
    }
  };
}

function readIfMatch(event: APIGatewayProxyEventV2): IfMatch {
  const header = event.headers['if-match'];
  if (header === undefined) throw new PreconditionRequired();
  return parseIfMatch(header);
}
