import { STATUS_CODES } from 'node:http';
import type { Contract } from '@nanoservices/endpoint';
import type { ProblemClass, ProblemDetails } from '@nanoservices/validation';
import { problemExamples } from '@nanoservices/validation/documentation';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { problemName, problemsOf } from './problem-schemas.ts';

/** All answers to a request that reaches the endpoint or the gateway in front of it. */
export function responses(contract: Contract): ZodOpenApiResponsesObject {
  const { status, etag, method } = contract;
  const byStatus = Map.groupBy(problemsOf(contract), (problem) => problem.status);
  const own = gatewayStatuses(contract);
  const statuses = new Set([...byStatus.keys(), ...own]);
  return {
    [status]: good(contract),
    ...(etag && method === 'GET' && { 304: { description: 'Not Modified', headers: etagHeader } }),
    ...Object.fromEntries(
      [...statuses].map((code) => [code, bad(code, byStatus.get(code) ?? [], own.includes(code))]),
    ),
  };
}

const etagHeader = {
  etag: { description: 'The version of the entity (RFC 9110, section 8.8.3).', schema: { type: 'string' } },
} as const;

function good({ status, response, etag }: Contract): ZodOpenApiResponseObject {
  return {
    description: STATUS_CODES[status] ?? 'The answer',
    ...(etag && { headers: etagHeader }),
    ...(response && { content: { 'application/json': { schema: response } } }),
  };
}

/**
 * What API Gateway refuses by itself: no token or no scope, no such path (an empty parameter), too large, too many, a
 * function that crashed or gives no answer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
function gatewayStatuses({ access, params, body }: Contract): readonly number[] {
  return [
    ...(access === 'public' ? [] : [401, 403]),
    ...(params ? [404] : []),
    ...(body ? [413] : []),
    429,
    500,
    503,
  ];
}

function bad(status: number, problems: readonly ProblemClass[], isOfGateway: boolean) {
  const message = STATUS_CODES[status] as string;
  const titles = problems.map(({ title }) => title);
  return {
    description: titles.length > 0 ? titles.join(', or: ') : message,
    content: {
      ...(problems.length > 0 && { 'application/problem+json': problemContent(problems) }),
      ...(isOfGateway && {
        'application/json': {
          schema: { $ref: '#/components/schemas/GatewayMessage' },
          example: { message: gatewayMessages[status] ?? message },
        },
      }),
    },
  };
}

/** Where API Gateway's words are not those of HTTP. */
const gatewayMessages: Readonly<Record<number, string>> = { 413: 'Request Entity Too Large' };

function problemContent(problems: readonly ProblemClass[]) {
  const schemas = problems.map((problem) => ({ $ref: `#/components/schemas/${problemName(problem)}` }));
  return {
    schema: schemas.length === 1 ? schemas[0] : { oneOf: schemas },
    examples: Object.fromEntries(
      problems.map((problem) => [
        problemName(problem),
        { summary: problem.title, value: detailsOf(problem) },
      ]),
    ),
  };
}

function detailsOf(problem: ProblemClass): ProblemDetails {
  const { type, title, status, prototype } = problem;
  const example = problemExamples.find((one) => Object.getPrototypeOf(one) === prototype);
  return example?.details ?? { type: type.includes(':') ? type : `urn:problem-type:${type}`, title, status };
}
