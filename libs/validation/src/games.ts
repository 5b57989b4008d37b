import { line, Problem, Timestamp, Version } from '@nanoservices/endpoint';
import * as z from 'zod/mini';
import { GameId, UserId } from './ids.ts';

export const GameTitle = line(100);

/** Maximum number of players of a game. */
export const Seats = z.int().check(z.minimum(2), z.maximum(64));

export const GameStatus = z.enum(['open', 'playing', 'finished']);
export type GameStatus = z.output<typeof GameStatus>;

/** Legal next statuses, keyed by the current status. */
export const nextStatuses: Record<GameStatus, readonly GameStatus[]> = {
  open: ['playing'],
  playing: ['finished'],
  finished: [],
};

export const Game = z.strictObject({
  id: GameId,
  title: GameTitle,
  hostId: UserId,
  seats: Seats,
  status: GameStatus,
  version: Version,
  createdAt: Timestamp,
  updatedAt: Timestamp,
});
export type Game = z.output<typeof Game>;

/** Summary of a game in the list of the games that a user plays. */
export const GameSummary = z.strictObject({
  id: GameId,
  title: GameTitle,
  status: GameStatus,
  joinedAt: Timestamp,
});
export type GameSummary = z.output<typeof GameSummary>;

export const Player = z.strictObject({ userId: UserId, joinedAt: Timestamp });
export type Player = z.output<typeof Player>;

export const GameWithPlayers = z.strictObject({ ...Game.shape, players: z.array(Player) });
export type GameWithPlayers = z.output<typeof GameWithPlayers>;

export const NewGame = z.strictObject({ title: GameTitle, seats: Seats });
export type NewGame = z.output<typeof NewGame>;

export const GameChanges = z
  .strictObject({ title: z.optional(GameTitle), status: z.optional(GameStatus) })
  .check(z.refine((changes) => Object.keys(changes).length > 0, 'At least one field is required'));
export type GameChanges = z.output<typeof GameChanges>;

export class GameNotFound extends Problem {
  static override readonly type = 'game-not-found';
  static override readonly status = 404;
  static override readonly title = 'Game not found';
  constructor(id: GameId) {
    super(`There is no game ${id}.`);
  }
}

export class GameFull extends Problem {
  static override readonly type = 'game-full';
  static override readonly status = 409;
  static override readonly title = 'Game is full';
  constructor(seats: number) {
    super(`All ${seats} seats are taken.`);
  }
}

export class GameNotOpen extends Problem {
  static override readonly type = 'game-not-open';
  static override readonly status = 409;
  static override readonly title = 'Game is not open';
  constructor(status: GameStatus) {
    super(`Players come and go while a game is open; this one is ${status}.`);
  }
}

export class IllegalStatusChange extends Problem {
  static override readonly type = 'illegal-status-change';
  static override readonly status = 409;
  static override readonly title = 'Illegal status change';
  constructor(from: GameStatus, to: GameStatus) {
    const allowed = nextStatuses[from].join(', ') || 'nothing';
    super(`A game that is ${from} cannot become ${to}. It can become: ${allowed}.`);
  }
}

export class NotAPlayer extends Problem {
  static override readonly type = 'not-a-player';
  static override readonly status = 404;
  static override readonly title = 'Not a player';
  constructor(userId: UserId) {
    super(`User ${userId} does not play this game.`);
  }
}
