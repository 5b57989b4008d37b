import {
  type Game,
  type GameChanges,
  type GameId,
  GameNotFound,
  type GameStatus,
  type GameWithPlayers,
  IllegalStatusChange,
  mayChangeGame,
  type NewGame,
  nextStatuses,
  type Player,
  type UserId,
} from '@arcade/validation';
import { type Caller, type Page, type PageQuery, PreconditionFailed } from '@nanoservices/endpoint';
import { createOnce, type IdempotentRequest, pageOf, read, transaction } from '@nanoservices/postgres';
import { v7 as uuidv7 } from 'uuid';
import { actorOf, userIdOf } from './identities.ts';

const columns = `id, title, host_id AS "hostId", seats, status, version,
  created_at AS "createdAt", updated_at AS "updatedAt"`;

/** Finds a game with its players, in the order in which they joined. */
export async function find(id: GameId): Promise<GameWithPlayers | undefined> {
  const [row] = await read<GameRow & { players: { userId: UserId; joinedAt: string }[] }>(
    `SELECT ${columns}, (
       SELECT coalesce(json_agg(json_build_object('userId', user_id, 'joinedAt', joined_at) ORDER BY joined_at, user_id), '[]')
       FROM games.players WHERE game_id = id
     ) AS players
     FROM games.games WHERE id = $1`,
    [id],
  );
  return row && { ...toGame(row), players: row.players.map(toPlayer) };
}

/** Lists the games in one of `statuses`, or all games, the newest first. */
export async function list({
  limit,
  cursor,
  statuses,
}: PageQuery & { statuses?: readonly GameStatus[] | undefined }): Promise<Page<Game>> {
  const rows = await read<GameRow>(
    `SELECT ${columns} FROM games.games
     WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text[] IS NULL OR status = ANY ($2))
     ORDER BY id DESC LIMIT $3`,
    [cursor ?? null, statuses ?? null, limit + 1],
  );
  return pageOf(rows.map(toGame), limit);
}

/** Creates a game with the caller as its host. @throws NotRegistered, IdempotencyKeyReused */
export async function create(
  { title, seats }: NewGame,
  caller: Caller,
  key: IdempotentRequest['key'],
): Promise<Game> {
  const hostId = await userIdOf(caller);
  return createOnce(
    'games.idempotency_keys',
    { owner: hostId, key, body: { title, seats } },
    async (query) => {
      const [row] = await query<GameRow>(
        `INSERT INTO games.games (id, title, host_id, seats) VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
        [uuidv7(), title, hostId, seats],
      );
      return toGame(row as GameRow);
    },
  );
}

/**
 * Changes a game if its version is one of `ifMatch`.
 *
 * @throws NotRegistered, GameNotFound, Forbidden, PreconditionFailed, IllegalStatusChange
 */
export function update(
  caller: Caller,
  id: GameId,
  changes: GameChanges,
  ifMatch: readonly number[] | '*',
): Promise<Game> {
  return transaction(async (query) => {
    const actor = await actorOf(caller, query);
    const [current] = await query<Pick<Game, 'hostId' | 'status' | 'version'>>(
      'SELECT host_id AS "hostId", status, version FROM games.games WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (!current) throw new GameNotFound(id);
    mayChangeGame(actor, current);
    if (ifMatch !== '*' && !ifMatch.includes(current.version)) throw new PreconditionFailed();
    const status = changes.status ?? current.status;
    if (status !== current.status && !nextStatuses[current.status].includes(status)) {
      throw new IllegalStatusChange(current.status, status);
    }
    const [row] = await query<GameRow>(
      `UPDATE games.games SET title = coalesce($2, title), status = $3, version = version + 1, updated_at = now()
       WHERE id = $1 RETURNING ${columns}`,
      [id, changes.title ?? null, status],
    );
    return toGame(row as GameRow);
  });
}

/** @throws NotRegistered, GameNotFound, Forbidden */
export function remove(caller: Caller, id: GameId): Promise<void> {
  return transaction(async (query) => {
    const actor = await actorOf(caller, query);
    // The host of a game never changes, so no lock is needed.
    const [game] = await query<Pick<Game, 'hostId'>>(
      'SELECT host_id AS "hostId" FROM games.games WHERE id = $1',
      [id],
    );
    if (game) mayChangeGame(actor, game);
    const deleted = await query('DELETE FROM games.games WHERE id = $1 RETURNING 1', [id]);
    if (deleted.length === 0) throw new GameNotFound(id);
  });
}

type GameRow = Omit<Game, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };

function toGame({ id, title, hostId, seats, status, version, createdAt, updatedAt }: GameRow): Game {
  const times = { createdAt: createdAt.toISOString(), updatedAt: updatedAt.toISOString() };
  return { id, title, hostId, seats, status, version, ...times };
}

/** PostgreSQL's JSON has times in the session's time zone, in microseconds. The API has UTC, in milliseconds. */
function toPlayer({ userId, joinedAt }: Player): Player {
  return { userId, joinedAt: new Date(joinedAt).toISOString() };
}
