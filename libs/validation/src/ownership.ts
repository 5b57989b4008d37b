import { type Caller, Forbidden } from '@nanoservices/endpoint';
import type { Game } from './games.ts';
import { UserId } from './ids.ts';

/** Scope that overrides every rule below. */
export const adminScope = 'admin';

// Object level authorization (OWASP API1:2023). The token identifies the caller; these rules compare the caller with the
// owner of an object. Every change of an object asks one of them.

/**
 * Gives the user id of a caller: in this application, it is the token's subject.
 *
 * @throws Forbidden when the subject is no user id
 */
export function userIdOf({ subject }: Caller): UserId {
  const userId = UserId.safeParse(subject);
  if (!userId.success) throw new Forbidden('The subject of this token is no user of this application.');
  return userId.data;
}

/** A user changes only their own profile. @throws Forbidden */
export function mayChangeUser(caller: Caller, userId: UserId): void {
  demand(caller, [userId], 'Users change only their own profile.');
}

/** A game is changed only by its host. @throws Forbidden */
export function mayChangeGame(caller: Caller, { hostId }: Pick<Game, 'hostId'>): void {
  demand(caller, [hostId], 'Only the host changes a game.');
}

/** A user takes only their own seat. @throws Forbidden */
export function mayTakeSeat(caller: Caller, userId: UserId): void {
  demand(caller, [userId], 'Users take only their own seat.');
}

/** A seat is given up by its player, or taken back by the game's host. @throws Forbidden */
export function mayFreeSeat(caller: Caller, userId: UserId, { hostId }: Pick<Game, 'hostId'>): void {
  demand(caller, [userId, hostId], 'A seat is given up by its player, or taken back by the host.');
}

/** Tells if the caller may see the email address of a user: only the user and admins may. */
export function maySeeEmail(caller: Caller, userId: UserId): boolean {
  return isAllowed(caller, [userId]);
}

function demand(caller: Caller, owners: readonly UserId[], rule: string): void {
  if (!isAllowed(caller, owners)) throw new Forbidden(rule);
}

function isAllowed({ subject, scopes }: Caller, owners: readonly UserId[]): boolean {
  return owners.some((owner) => owner === subject) || scopes.includes(adminScope);
}
