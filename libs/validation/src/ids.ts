import * as z from 'zod/mini';

/** A user's id: a UUID version 7 (RFC 9562), so ids sort by the time they were made. */
export const UserId = z.uuidv7().brand<'UserId'>();
export type UserId = z.output<typeof UserId>;

/** A game's id: a UUID version 7 (RFC 9562), so ids sort by the time they were made. */
export const GameId = z.uuidv7().brand<'GameId'>();
export type GameId = z.output<typeof GameId>;
