import { type Actor, isAdmin, NotRegistered, type UserId } from '@arcade/validation';
import type { Caller } from '@nanoservices/endpoint';
import { type Query, read } from '@nanoservices/postgres';

/** Name of a user at an identity provider. A subject is unique within its issuer. */
export type Identity = Pick<Caller, 'issuer' | 'subject'>;

/**
 * Finds the actor: the one place where a token becomes a user.
 *
 * @param query - runs in the transaction that needs the actor. Default: a read
 * @throws NotRegistered when the token leads to no user and is no admin's
 */
export async function actorOf(caller: Caller, query: Query = read): Promise<Actor> {
  const actor = { userId: await findUserId(caller, query), isAdmin: isAdmin(caller) };
  if (!actor.userId && !actor.isAdmin) throw new NotRegistered();
  return actor;
}

/** User id of the caller, also of an admin. @throws NotRegistered */
export async function userIdOf(caller: Caller): Promise<UserId> {
  const userId = await findUserId(caller, read);
  if (!userId) throw new NotRegistered();
  return userId;
}

/** The user of an identity. */
export async function findUserId({ issuer, subject }: Identity, query: Query): Promise<UserId | undefined> {
  const [row] = await query<{ userId: UserId }>(
    'SELECT user_id AS "userId" FROM users.identities WHERE issuer = $1 AND subject = $2',
    [issuer, subject],
  );
  return row?.userId;
}
