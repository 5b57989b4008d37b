import {
  ContentTooLarge,
  type Contract,
  cursorAfter,
  Forbidden,
  IdempotencyKeyReused,
  InvalidInput,
  PreconditionFailed,
  PreconditionRequired,
  type Problem,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
} from '@nanoservices/endpoint';
import { safeParse } from 'zod/v4/core';

// Documentation of the schemas and problems of @nanoservices/endpoint. It is apart from them, so that no bundle carries it.

/** Keywords of JSON Schema, by the export name of their schema. */
export const protocolKeywords: Readonly<Record<string, object>> = {
  Version: {
    description: 'Grows by one with every change. In quotes, it is the ETag for If-Match.',
    examples: [1],
  },
  Timestamp: { examples: ['2025-07-10T12:00:00.000Z'] },
  Cursor: {
    description: 'Start of the page: "nextCursor" of the page before.',
    // Later than any id: a list that is tried out with this cursor starts at its beginning.
    examples: [cursorAfter('ffffffff-ffff-7fff-bfff-ffffffffffff')],
  },
  IdempotencyKey: {
    description:
      'Unique per intended creation. A request with a used key gets the response of the first request.',
    examples: ['7c2f1f0e-order-17'],
  },
};

/** An example of each problem of the protocol, as this endpoint may answer. */
export function protocolProblems(contract: Contract): readonly Problem[] {
  const { access, bodyLimitBytes } = contract;
  return [
    new InvalidInput([mismatchOf(contract)]),
    new Unauthenticated(),
    typeof access === 'string'
      ? new Forbidden()
      : new Forbidden(`This endpoint needs the scope ${access.scope}.`),
    new PreconditionFailed(),
    new ContentTooLarge(bodyLimitBytes),
    new UnsupportedMediaType(),
    new IdempotencyKeyReused(),
    new PreconditionRequired(),
    new ServiceUnavailable(),
  ];
}

/** A mismatch in a part that the request has: the answer to an empty value, where the schema refuses that. */
function mismatchOf({ params, query, body }: Contract): { path: string; message: string } {
  for (const [part, schema] of Object.entries({ params, query })) {
    const empty = Object.fromEntries(Object.keys(schema?._zod.def.shape ?? {}).map((name) => [name, '']));
    const [issue] = schema ? (safeParse(schema, empty).error?.issues ?? []) : [];
    if (issue) return { path: [part, ...issue.path].join('.'), message: issue.message };
  }
  if (body) return { path: 'body', message: 'Not valid JSON in UTF-8' };
  return {
    path: 'query.unknown',
    message: query ? 'Unrecognized key' : 'This endpoint takes no query parameters',
  };
}
