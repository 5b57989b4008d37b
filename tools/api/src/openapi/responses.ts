import { STATUS_CODES } from 'node:http';
import type { Contract, Problem, ProblemClass, ProblemDetails } from '@nanoservices/endpoint';
import type { ZodOpenApiResponseObject, ZodOpenApiResponsesObject } from 'zod-openapi';
import { bodyForm } from '../response-body.ts';
import { problemName, problemsOf } from './problem-schemas.ts';

/**
 * Documents all responses to a request, from the endpoint and from the gateway in front of it.
 *
 * @param examples - examples of problems
 */
export function responses(contract: Contract, examples: readonly Problem[]): ZodOpenApiResponsesObject {
  const { status, etag, method } = contract;
  const byStatus = Map.groupBy(problemsOf(contract), (problem) => problem.status);
  const own = gatewayStatuses(contract);
  const statuses = new Set([...byStatus.keys(), ...own]);
  return {
    [status]: good(contract),
    ...(etag && method === 'GET' && { 304: { description: 'Not Modified', headers: etagHeader } }),
    ...Object.fromEntries(
      [...statuses].map((code) => [code, bad(code, byStatus.get(code) ?? [], own.includes(code), examples)]),
    ),
  };
}

const etagHeader = {
  etag: { description: 'The version of the entity (RFC 9110, section 8.8.3).', schema: { type: 'string' } },
} as const;

/** Bytes have no schema: https://spec.openapis.org/oas/v3.1.1.html#working-with-binary-data */
function good(contract: Contract): ZodOpenApiResponseObject {
  const { status, response, etag, stream } = contract;
  const isBytes = bodyForm(contract) === 'bytes';
  const { contentType = isBytes ? 'application/octet-stream' : 'application/json' } = contract;
  return {
    description: STATUS_CODES[status] ?? 'Success',
    ...(etag && { headers: etagHeader }),
    ...(stream && { content: { [stream]: { schema: { type: 'string' as const } } } }),
    ...(response && {
      content: { [contentType]: isBytes ? {} : { schema: response } },
    }),
  };
}

/**
 * Statuses of responses that API Gateway sends by itself: no token or no scope, a path that cannot be decoded, no such path
 * (an empty parameter), too large, too many, a function that crashed or does not answer.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-lambda.html
 */
function gatewayStatuses({ access, params, body }: Contract): readonly number[] {
  return [
    ...(access === 'public' ? [] : [401, 403]),
    ...(params ? [400, 404] : []),
    ...(body ? [413] : []),
    429,
    500,
    503,
  ];
}

function bad(
  status: number,
  problems: readonly ProblemClass[],
  isOfGateway: boolean,
  examples: readonly Problem[],
) {
  const message = STATUS_CODES[status] as string;
  const titles = problems.map(({ title }) => title);
  return {
    description: titles.length > 0 ? titles.join(', or: ') : message,
    content: {
      ...(problems.length > 0 && { 'application/problem+json': problemContent(problems, examples) }),
      ...(isOfGateway && {
        'application/json': {
          schema: { $ref: '#/components/schemas/GatewayMessage' },
          example: { message: gatewayMessages[status] ?? message },
        },
      }),
    },
  };
}

/** Messages of API Gateway that differ from the reason phrases of HTTP. */
const gatewayMessages: Readonly<Record<number, string>> = { 413: 'Request Entity Too Large' };

function problemContent(problems: readonly ProblemClass[], examples: readonly Problem[]) {
  const schemas = problems.map((problem) => ({ $ref: `#/components/schemas/${problemName(problem)}` }));
  return {
    schema: schemas.length === 1 ? schemas[0] : { oneOf: schemas },
    examples: Object.fromEntries(
      problems.map((problem) => [
        problemName(problem),
        { summary: problem.title, value: detailsOf(problem, examples) },
      ]),
    ),
  };
}

function detailsOf(problem: ProblemClass, examples: readonly Problem[]): ProblemDetails {
  const { type, title, status, prototype } = problem;
  const example = examples.find((one) => Object.getPrototypeOf(one) === prototype);
  return example?.details ?? { type: type.includes(':') ? type : `urn:problem-type:${type}`, title, status };
}
