import type { Problem } from '@nanoservices/endpoint';
import { GameFull, GameNotFound, GameNotOpen, IllegalStatusChange, NotAPlayer } from './games.ts';
import { AlreadyRegistered, NotRegistered } from './identities.ts';
import { GameId, UserId } from './ids.ts';
import { EmailTaken, UserNotFound } from './users.ts';

// The documentation of this package's schemas and problems. It is apart from them, so that no bundle carries it.

/** Keywords of JSON Schema that a schema gets in the OpenAPI document. */
export interface Documentation {
  readonly description?: string;
  readonly examples?: unknown[];
  /** Rules of refinements, from which zod cannot derive keywords. */
  readonly minProperties?: number;
  readonly maxLength?: number;
}

const userId = UserId.parse('0197f3a0-0000-7000-8000-000000000001');
const gameId = GameId.parse('0197f3a0-0000-7000-8000-0000000000a1');

/** Documentation, keyed by the schema's export. A schema without an entry is documented by its parts. */
export const documentation: Readonly<Record<string, Documentation>> = {
  UserId: { description: "A user's id: a UUID version 7.", examples: [userId] },
  GameId: { description: "A game's id: a UUID version 7.", examples: [gameId] },
  UserName: { description: 'One line of text.', maxLength: 100, examples: ['Ann Demo'] },
  Email: { examples: ['ann@example.com'] },
  GameTitle: { description: 'One line of text.', maxLength: 100, examples: ['Friday night'] },
  Seats: { description: 'Maximum number of players of a game.', examples: [4] },
  GameStatus: { description: 'A game goes from open to playing to finished.', examples: ['open'] },
  UserChanges: { description: 'At least one field.', minProperties: 1 },
  GameChanges: { description: 'At least one field.', minProperties: 1 },
};

/** One example of each problem of this application. */
export const problemExamples: readonly Problem[] = [
  new UserNotFound(userId),
  new GameNotFound(gameId),
  new NotAPlayer(userId),
  new NotRegistered(),
  new AlreadyRegistered(userId),
  new EmailTaken(),
  new GameFull(4),
  new GameNotOpen('playing'),
  new IllegalStatusChange('finished', 'open'),
];
