import { GameId, UserId } from './ids.ts';
import {
  ContentTooLarge,
  cursorAfter,
  EmailTaken,
  Forbidden,
  GameFull,
  GameNotFound,
  GameNotOpen,
  IdempotencyKeyReused,
  IllegalStatusChange,
  InvalidInput,
  NotAPlayer,
  PreconditionFailed,
  PreconditionRequired,
  type Problem,
  ServiceUnavailable,
  Unauthenticated,
  UnsupportedMediaType,
  UserNotFound,
} from './index.ts';

// What the API's reference says of schemas and problems. It stands apart from them, so that no bundle carries it.

/** Keywords of JSON Schema that a schema of this package gets in the OpenAPI document, by the name of its export. */
export interface Documentation {
  readonly description?: string;
  readonly examples?: unknown[];
  /** What a refinement demands and JSON Schema can say, but zod cannot tell from it. */
  readonly minProperties?: number;
  readonly maxLength?: number;
}

const userId = UserId.parse('0197f3a0-0000-7000-8000-000000000001');
const gameId = GameId.parse('0197f3a0-0000-7000-8000-0000000000a1');

/** By the name of the schema's export. A schema without an entry is documented by its parts. */
export const documentation: Readonly<Record<string, Documentation>> = {
  UserId: { description: "A user's id: a UUID version 7.", examples: [userId] },
  GameId: { description: "A game's id: a UUID version 7.", examples: [gameId] },
  UserName: { description: 'One line of text.', maxLength: 100, examples: ['Ann Demo'] },
  Email: { examples: ['ann@example.com'] },
  GameTitle: { description: 'One line of text.', maxLength: 100, examples: ['Friday night'] },
  Seats: { description: 'How many players a game takes at most.', examples: [4] },
  GameStatus: { description: 'A game goes from open to playing to finished.', examples: ['open'] },
  Version: {
    description: 'Grows by one with every change. In quotes, the ETag that If-Match wants.',
    examples: [1],
  },
  Timestamp: { examples: ['2025-07-10T12:00:00.000Z'] },
  Cursor: {
    description: 'Where the next page starts: "nextCursor" of the page before, as it is.',
    // Later than any id, so that a list that is tried out with it begins at its beginning.
    examples: [cursorAfter('ffffffff-ffff-7fff-bfff-ffffffffffff')],
  },
  IdempotencyKey: {
    description:
      'Unique per intended creation. A request with a key that was used gets the answer of the first.',
    examples: ['7c2f1f0e-order-17'],
  },
  UserChanges: { description: 'At least one field.', minProperties: 1 },
  GameChanges: { description: 'At least one field.', minProperties: 1 },
};

/** An example of every problem. */
export const problemExamples: readonly Problem[] = [
  new InvalidInput([{ path: 'params.userId', message: 'Invalid UUID' }]),
  new Unauthenticated(),
  new Forbidden('Users change only their own profile.'),
  new UserNotFound(userId),
  new GameNotFound(gameId),
  new NotAPlayer(userId),
  new EmailTaken(),
  new GameFull(4),
  new GameNotOpen('playing'),
  new IllegalStatusChange('finished', 'open'),
  new PreconditionFailed(),
  new ContentTooLarge(2 ** 20),
  new UnsupportedMediaType(),
  new IdempotencyKeyReused(),
  new PreconditionRequired(),
  new ServiceUnavailable(),
];
