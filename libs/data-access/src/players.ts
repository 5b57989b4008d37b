import {
  type Game,
  GameFull,
  type GameId,
  GameNotFound,
  GameNotOpen,
  type GameSummary,
  mayFreeSeat,
  mayTakeSeat,
  NotAPlayer,
  type Player,
  type UserId,
} from '@arcade/validation';
import type { Caller, Page, PageQuery } from '@nanoservices/endpoint';
import { pageOf, type Query, read, transaction } from '@nanoservices/postgres';
import { actorOf } from './identities.ts';

/**
 * Seats a user at a game. A second join changes nothing and returns the first one.
 *
 * @throws NotRegistered, Forbidden, GameNotFound, GameNotOpen, GameFull
 */
export function seat(caller: Caller, gameId: GameId, userId: UserId): Promise<Player> {
  return transaction(async (query) => {
    mayTakeSeat(await actorOf(caller, query), userId);
    // The lock on the game serializes its joins, so that the count below stays true until COMMIT.
    const game = await lockGame(gameId, query);
    const [seated] = await query<PlayerRow>(
      `SELECT user_id AS "userId", joined_at AS "joinedAt" FROM games.players WHERE game_id = $1 AND user_id = $2`,
      [gameId, userId],
    );
    if (seated) return toPlayer(seated);
    if (game.status !== 'open') throw new GameNotOpen(game.status);
    const [joined] = await query<PlayerRow>(
      `INSERT INTO games.players (game_id, user_id)
       SELECT $1, $2 WHERE (SELECT count(*) FROM games.players WHERE game_id = $1) < $3
       RETURNING user_id AS "userId", joined_at AS "joinedAt"`,
      [gameId, userId, game.seats],
    );
    if (!joined) throw new GameFull(game.seats);
    return toPlayer(joined);
  });
}

/** @throws NotRegistered, GameNotFound, Forbidden, GameNotOpen, NotAPlayer */
export function unseat(caller: Caller, gameId: GameId, userId: UserId): Promise<void> {
  return transaction(async (query) => {
    const actor = await actorOf(caller, query);
    const game = await lockGame(gameId, query);
    mayFreeSeat(actor, userId, game);
    if (game.status !== 'open') throw new GameNotOpen(game.status);
    const left = await query('DELETE FROM games.players WHERE game_id = $1 AND user_id = $2 RETURNING 1', [
      gameId,
      userId,
    ]);
    if (left.length === 0) throw new NotAPlayer(userId);
  });
}

/** Lists the games that a user plays, the newest game first. */
export async function listGamesOf(userId: UserId, { limit, cursor }: PageQuery): Promise<Page<GameSummary>> {
  const rows = await read<Omit<GameSummary, 'joinedAt'> & { joinedAt: Date }>(
    `SELECT id, title, status, joined_at AS "joinedAt"
     FROM games.players JOIN games.games ON id = game_id
     WHERE user_id = $1 AND ($2::uuid IS NULL OR game_id < $2)
     ORDER BY game_id DESC LIMIT $3`,
    [userId, cursor ?? null, limit + 1],
  );
  return pageOf(
    rows.map((row) => ({ ...row, joinedAt: row.joinedAt.toISOString() })),
    limit,
  );
}

type LockedGame = Pick<Game, 'hostId' | 'status' | 'seats'>;

async function lockGame(id: GameId, query: Query): Promise<LockedGame> {
  const [game] = await query<LockedGame>(
    'SELECT host_id AS "hostId", status, seats FROM games.games WHERE id = $1 FOR UPDATE',
    [id],
  );
  if (!game) throw new GameNotFound(id);
  return game;
}

interface PlayerRow {
  readonly userId: UserId;
  readonly joinedAt: Date;
}

function toPlayer({ userId, joinedAt }: PlayerRow): Player {
  return { userId, joinedAt: joinedAt.toISOString() };
}
