import * as z from 'zod/mini';

/** Id of a user: a UUID version 7 (RFC 9562), so ids sort by creation time. */
export const UserId = z.uuidv7().check(z.toLowerCase()).brand<'UserId'>();
export type UserId = z.output<typeof UserId>;

/** Id of a game: a UUID version 7 (RFC 9562), so ids sort by creation time. */
export const GameId = z.uuidv7().check(z.toLowerCase()).brand<'GameId'>();
export type GameId = z.output<typeof GameId>;
