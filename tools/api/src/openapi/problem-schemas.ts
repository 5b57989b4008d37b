import type { Contract } from '@nanoservices/endpoint';
import {
  ContentTooLarge,
  Forbidden,
  InvalidInput,
  PreconditionFailed,
  PreconditionRequired,
  Problem,
  type ProblemClass,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
} from '@nanoservices/endpoint';

/** The body of responses that API Gateway sends by itself. */
export const gatewayMessage = {
  type: 'object' as const,
  description: 'A response of API Gateway itself, without a function.',
  properties: { message: { type: 'string' as const } },
  required: ['message'],
};

/** @returns the problems of an endpoint: those of its contract, and those of the protocol that apply to it */
export function problemsOf(contract: Contract): readonly ProblemClass[] {
  const { access, body, ifMatch, problems } = contract;
  const all = [
    // Even an endpoint without input refuses query parameters.
    InvalidInput,
    ...(access === 'public' ? [] : [Unauthenticated, Forbidden]),
    ...(body ? [ContentTooLarge, UnsupportedMediaType] : []),
    ...(ifMatch ? [PreconditionFailed, PreconditionRequired] : []),
    ...problems,
    Problem,
    ServiceUnavailable,
  ];
  // A contract may declare a problem of the protocol, too.
  return [...new Set(all)];
}

/** @returns the schemas of all problems of these endpoints, by {@link problemName} */
export function problemSchemas(contracts: readonly Contract[]) {
  const problems = new Set(contracts.flatMap(problemsOf));
  return Object.fromEntries([...problems].map((problem) => [problemName(problem), schema(problem)]));
}

/** @returns the name of a problem in the document: `OrderNotFound` */
export function problemName(problem: ProblemClass): string {
  if (problem === Problem) return 'InternalServerError';
  return problem.type.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
}

function schema(problem: ProblemClass) {
  const { type, title, status } = problem;
  return {
    type: 'object' as const,
    description: 'Problem details (RFC 9457).',
    properties: {
      type: { const: problem === Problem ? type : `urn:problem-type:${type}` },
      title: { const: title },
      status: { const: status },
      detail: { type: 'string' as const },
      ...(problem === InvalidInput && { errors }),
    },
    required: ['type', 'title', 'status', ...(problem === InvalidInput ? ['errors'] : [])],
  };
}

const errors = {
  type: 'array' as const,
  description: 'All parts of the request that do not match.',
  items: {
    type: 'object' as const,
    properties: { path: { type: 'string' as const }, message: { type: 'string' as const } },
    required: ['path', 'message'],
  },
};
