import type { Game } from './games.ts';
import type { UserId } from './ids.ts';
import { Forbidden } from './problem.ts';

/** Who is calling, from the claims of a token that the gateway has verified. */
export interface Caller {
  readonly userId: UserId;
  readonly scopes: readonly string[];
}

/** The scope that overrides every rule below. */
export const adminScope = 'admin';

// Who may change what. The token says who calls; whose object it is, only these rules say (OWASP API1:2023, broken object
// level authorization). Whatever changes an object asks one of them.

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

/** A seat is given up by who sits on it, or taken back by the game's host. @throws Forbidden */
export function mayFreeSeat(caller: Caller, userId: UserId, { hostId }: Pick<Game, 'hostId'>): void {
  demand(caller, [userId, hostId], 'A seat is given up by its player, or taken back by the host.');
}

/** Whether the caller sees what only a user themself should: their email address. */
export function maySeeEmail(caller: Caller, userId: UserId): boolean {
  return isAllowed(caller, [userId]);
}

function demand(caller: Caller, owners: readonly UserId[], rule: string): void {
  if (!isAllowed(caller, owners)) throw new Forbidden(rule);
}

function isAllowed({ userId, scopes }: Caller, owners: readonly UserId[]): boolean {
  return owners.includes(userId) || scopes.includes(adminScope);
}
