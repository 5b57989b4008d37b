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
} from '@nanoservices/validation';

/** What API Gateway answers with when it does so by itself. */
export const gatewayMessage = {
  type: 'object' as const,
  description: 'What API Gateway answers by itself, before a function is asked.',
  properties: { message: { type: 'string' as const } },
  required: ['message'],
};

/** The problems an endpoint may answer with: those of its contract, and those of the protocol that can concern it. */
export function problemsOf(contract: Contract): readonly ProblemClass[] {
  const { access, body, ifMatch, problems } = contract;
  const all = [
    // Even an endpoint that takes nothing refuses query parameters.
    InvalidInput,
    ...(access === 'public' ? [] : [Unauthenticated, Forbidden]),
    ...(body ? [ContentTooLarge, UnsupportedMediaType] : []),
    ...(ifMatch ? [PreconditionFailed, PreconditionRequired] : []),
    ...problems,
    Problem,
    ServiceUnavailable,
  ];
  // A contract may well declare one that everybody may answer with.
  return [...new Set(all)];
}

/** The schemas of all problems that endpoints may answer with, by {@link problemName}. */
export function problemSchemas(contracts: readonly Contract[]) {
  const problems = new Set(contracts.flatMap(problemsOf));
  return Object.fromEntries([...problems].map((problem) => [problemName(problem), schema(problem)]));
}

/** The name of a problem in the document: `UserNotFound`. */
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
  description: 'Every place of the request that does not match.',
  items: {
    type: 'object' as const,
    properties: { path: { type: 'string' as const }, message: { type: 'string' as const } },
    required: ['path', 'message'],
  },
};
