import { type Caller, Forbidden } from '@nanoservices/endpoint';
import type { Game } from './games.ts';
import type { UserId } from './ids.ts';

/** Scope, or role, that overrides every rule below. */
export const admin = 'admin';

/** The user that the caller's identity leads to, and whether the caller is an admin. An admin may have no user. */
export interface Actor {
  readonly userId: UserId | undefined;
  readonly isAdmin: boolean;
}

/** Tells if a caller is an admin. */
export function isAdmin({ scopes, roles }: Pick<Caller, 'scopes' | 'roles'>): boolean {
  return scopes.includes(admin) || roles.includes(admin);
}

// Object level authorization (OWASP API1:2023). These rules compare who acts with the owner of an object. Every change of an
// object asks one of them.

/** A user changes only their own profile. @throws Forbidden */
export function mayChangeUser(actor: Actor, userId: UserId): void {
  demand(actor, [userId], 'Users change only their own profile.');
}

/** A game is changed only by its host. @throws Forbidden */
export function mayChangeGame(actor: Actor, { hostId }: Pick<Game, 'hostId'>): void {
  demand(actor, [hostId], 'Only the host changes a game.');
}

/** A user takes only their own seat. @throws Forbidden */
export function mayTakeSeat(actor: Actor, userId: UserId): void {
  demand(actor, [userId], 'Users take only their own seat.');
}

/** A seat is given up by its player, or taken back by the game's host. @throws Forbidden */
export function mayFreeSeat(actor: Actor, userId: UserId, { hostId }: Pick<Game, 'hostId'>): void {
  demand(actor, [userId, hostId], 'A seat is given up by its player, or taken back by the host.');
}

/** Tells if the actor may see the email address of a user: only the user and admins may. */
export function maySeeEmail(actor: Actor, userId: UserId): boolean {
  return isAllowed(actor, [userId]);
}

function demand(actor: Actor, owners: readonly UserId[], rule: string): void {
  if (!isAllowed(actor, owners)) throw new Forbidden(rule);
}

function isAllowed({ userId, isAdmin }: Actor, owners: readonly UserId[]): boolean {
  return isAdmin || owners.some((owner) => owner === userId);
}
