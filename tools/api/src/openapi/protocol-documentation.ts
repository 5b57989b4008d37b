import {
  ContentTooLarge,
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

/** An example of each problem of the protocol. */
export const protocolProblems: readonly Problem[] = [
  new InvalidInput([{ path: 'body', message: 'Not valid JSON in UTF-8' }]),
  new Unauthenticated(),
  new Forbidden('This endpoint needs the scope admin.'),
  new PreconditionFailed(),
  new ContentTooLarge(2 ** 20),
  new UnsupportedMediaType(),
  new IdempotencyKeyReused(),
  new PreconditionRequired(),
  new ServiceUnavailable(),
];
