import {
  type Caller,
  ContentTooLarge,
  Forbidden,
  InvalidInput,
  PreconditionFailed,
  PreconditionRequired,
  Problem,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
} from '@nanoservices/validation';
import type {
  APIGatewayProxyEventV2,
  APIGatewayProxyHandlerV2,
  APIGatewayProxyStructuredResultV2,
  Context,
} from 'aws-lambda';
import * as z from 'zod/v4/core';
import { type Call, callFrom } from './call.ts';
import { authorize } from './caller.ts';
import type { Contract } from './contract.ts';
import { entityTag, type IfMatch, noneMatch, parseIfMatch } from './etag.ts';
import { inputParser } from './input.ts';
import { Reply } from './reply.ts';
import { logRequest } from './request-log.ts';
import { securityHeaders } from './security-headers.ts';
import { isSmoke } from './smoke.ts';

type Part = 'params' | 'query' | 'headers' | 'cookies' | 'body';

/** What a handler gets: the validated parts its contract declares, and where the request comes from. */
export type Input<C extends Contract> = {
  readonly [P in Part as C[P] extends z.$ZodType ? P : never]: z.output<Extract<C[P], z.$ZodType>>;
} & {
  /** Who calls. Undefined only where the contract lets everyone in. */
  readonly caller: C['access'] extends 'public' ? Caller | undefined : Caller;
  /** The versions that the client's If-Match names. */
  readonly ifMatch: C['ifMatch'] extends true ? IfMatch : undefined;
  /** Calls another endpoint. */
  readonly call: Call<C['calls'][number]>;
  readonly event: APIGatewayProxyEventV2;
  readonly context: Context;
};

// biome-ignore lint/suspicious/noConfusingVoidType: the handler of an endpoint without a response returns nothing
type Body<C extends Contract> = C['response'] extends z.$ZodType ? z.input<C['response']> : void;

/** What an endpoint's author writes. */
export type EndpointHandler<C extends Contract> = (input: Input<C>) => Promise<Body<C> | Reply<Body<C>>>;

/** Problems of the protocol, which every endpoint may answer with. */
const protocolProblems = [
  InvalidInput,
  ContentTooLarge,
  UnsupportedMediaType,
  Unauthenticated,
  Forbidden,
  PreconditionFailed,
  PreconditionRequired,
  ServiceUnavailable,
];

/**
 * Makes the Lambda handler of an endpoint, for API Gateway's HTTP API with payload format 2.0: authorize, parse and
 * validate the request, run `handler`, answer with its result or with a problem (RFC 9457), write one log line.
 *
 * Responses are validated when the environment variable VALIDATE_RESPONSES is `true` (tests and the local runtime set
 * it); a response against the contract is then a 500.
 */
export function endpoint<C extends Contract>(
  contract: C,
  handler: EndpointHandler<C>,
): APIGatewayProxyHandlerV2 {
  const parseInput = inputParser(contract);
  const respond = responder(contract);
  const expected = [...protocolProblems, ...contract.problems] as readonly { prototype: Problem }[];
  const isExpected = (error: unknown): error is Problem =>
    error instanceof Problem &&
    expected.some(({ prototype }) => Object.prototype.isPrototypeOf.call(prototype, error));

  return async (event, context) => {
    if (isSmoke(event)) return { statusCode: 204 };
    const startedAt = performance.now();
    try {
      const caller = authorize(contract.access, event);
      const ifMatch = contract.ifMatch ? readIfMatch(event) : undefined;
      const input = { ...parseInput(event), caller, ifMatch, call: callFrom(event, context), event, context };
      const response = respond(event, await handler(input as unknown as Input<C>));
      logRequest({ contract, context, status: response.statusCode, startedAt });
      return response;
    } catch (error) {
      const problem = isExpected(error) ? error : new Problem();
      const status = problem.details.status;
      logRequest({ contract, context, status, startedAt, error, event });
      return {
        statusCode: status,
        headers: { ...securityHeaders(), 'content-type': 'application/problem+json', ...problem.headers },
        body: JSON.stringify(problem.details),
      };
    }
  };
}

type Answer = APIGatewayProxyStructuredResultV2 & { statusCode: number };

function responder(contract: Contract): (event: APIGatewayProxyEventV2, result: unknown) => Answer {
  const validated = process.env.VALIDATE_RESPONSES === 'true' ? contract.response : undefined;

  return (event, result) => {
    const { body, ...reply } = result instanceof Reply ? result : new Reply(result);
    if (validated) z.parse(validated, body);
    const headers: Record<string, string> = { ...securityHeaders(contract), ...reply.headers };
    const answer: Answer = { statusCode: contract.status, headers };
    if (reply.cookies) answer.cookies = [...reply.cookies];
    if (contract.etag) {
      headers.etag = entityTag((body as Record<string, unknown>)[contract.etag]);
      const known = event.headers['if-none-match'];
      if (known && contract.method === 'GET' && !noneMatch(known, headers.etag)) {
        return { ...answer, statusCode: 304 };
      }
    }
    if (!contract.response) return answer;
    headers['content-type'] = 'application/json';
    answer.body = JSON.stringify(body);
    return answer;
  };
}

function readIfMatch(event: APIGatewayProxyEventV2): IfMatch {
  const header = event.headers['if-match'];
  if (header === undefined) throw new PreconditionRequired();
  return parseIfMatch(header);
}
