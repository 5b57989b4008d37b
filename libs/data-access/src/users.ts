import {
  AlreadyRegistered,
  EmailTaken,
  mayChangeUser,
  type NewUser,
  type User,
  type UserChanges,
  type UserId,
  UserNotFound,
} from '@arcade/validation';
import { type Caller, type Page, type PageQuery, PreconditionFailed } from '@nanoservices/endpoint';
import {
  createOnce,
  forgetKeys,
  type IdempotentRequest,
  pageOf,
  read,
  transaction,
} from '@nanoservices/postgres';
import pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { actorOf, findUserId, type Identity } from './identities.ts';

const columns = `id, name, email, version, created_at AS "createdAt", updated_at AS "updatedAt"`;

export async function find(id: UserId): Promise<User | undefined> {
  const [row] = await read<UserRow>(`SELECT ${columns} FROM users.users WHERE id = $1`, [id]);
  return row && toUser(row);
}

/** Lists all users, the newest first. */
export async function list({ limit, cursor }: PageQuery): Promise<Page<User>> {
  const rows = await read<UserRow>(
    `SELECT ${columns} FROM users.users WHERE $1::uuid IS NULL OR id < $1 ORDER BY id DESC LIMIT $2`,
    [cursor ?? null, limit + 1],
  );
  return pageOf(rows.map(toUser), limit);
}

/**
 * Creates the user of an identity. Of concurrent requests with one identity, one succeeds.
 *
 * @throws AlreadyRegistered, EmailTaken, IdempotencyKeyReused
 */
export function create(
  { name, email }: NewUser,
  { issuer, subject }: Identity,
  key: IdempotentRequest['key'],
): Promise<User> {
  const request = { owner: ownerOf({ issuer, subject }), key, body: { name, email } };
  return createOnce('users.idempotency_keys', request, async (query) => {
    // The identity comes first: a repeated request is told of it, and not of its own email address.
    const [row] = await query<UserRow>(
      `WITH identity AS (
         INSERT INTO users.identities (issuer, subject, user_id) VALUES ($1, $2, $3)
         ON CONFLICT DO NOTHING RETURNING user_id
       )
       INSERT INTO users.users (id, name, email) SELECT user_id, $4, $5 FROM identity RETURNING ${columns}`,
      [issuer, subject, uuidv7(), name, email],
    ).catch(refuseTakenEmail);
    if (row) return toUser(row);
    throw new AlreadyRegistered(await findUserId({ issuer, subject }, query));
  });
}

/**
 * Changes a user if their version is one of `ifMatch`.
 *
 * @throws NotRegistered, Forbidden, UserNotFound, PreconditionFailed, EmailTaken
 */
export function update(
  caller: Caller,
  id: UserId,
  changes: UserChanges,
  ifMatch: readonly number[] | '*',
): Promise<User> {
  return transaction(async (query) => {
    mayChangeUser(await actorOf(caller, query), id);
    const [row] = await query<UserRow>(
      `UPDATE users.users
       SET name = coalesce($2, name), email = coalesce($3, email), version = version + 1, updated_at = now()
       WHERE id = $1 AND ($4::int[] IS NULL OR version = ANY ($4)) RETURNING ${columns}`,
      [id, changes.name ?? null, changes.email ?? null, ifMatch === '*' ? null : ifMatch],
    ).catch(refuseTakenEmail);
    if (row) return toUser(row);
    const exists = await query('SELECT 1 FROM users.users WHERE id = $1', [id]);
    throw exists.length > 0 ? new PreconditionFailed() : new UserNotFound(id);
  });
}

/** Deletes a user with their identities, and the answers that repeated requests would get. @throws NotRegistered, Forbidden, UserNotFound */
export function remove(caller: Caller, id: UserId): Promise<void> {
  return transaction(async (query) => {
    mayChangeUser(await actorOf(caller, query), id);
    const identities = await query<Identity>(
      'SELECT issuer, subject FROM users.identities WHERE user_id = $1',
      [id],
    );
    const deleted = await query('DELETE FROM users.users WHERE id = $1 RETURNING 1', [id]);
    if (deleted.length === 0) throw new UserNotFound(id);
    for (const identity of identities) await forgetKeys('users.idempotency_keys', ownerOf(identity), query);
  });
}

/** The owner of an identity's idempotency keys. */
function ownerOf({ issuer, subject }: Identity): string {
  return `${issuer} ${subject}`;
}

type UserRow = Omit<User, 'createdAt' | 'updatedAt'> & { createdAt: Date; updatedAt: Date };

function toUser(row: UserRow): User {
  return { ...row, createdAt: row.createdAt.toISOString(), updatedAt: row.updatedAt.toISOString() };
}

function refuseTakenEmail(error: unknown): never {
  // 23505: unique_violation
  const taken =
    error instanceof pg.DatabaseError && error.code === '23505' && error.constraint === 'users_email_key';
  throw taken ? new EmailTaken() : error;
}
