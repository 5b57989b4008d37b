import { Forbidden } from '@nanoservices/endpoint';
import { describe, expect, it } from 'vitest';
import { UserId } from './ids.ts';
import {
  type Actor,
  isAdmin,
  mayChangeGame,
  mayChangeUser,
  mayFreeSeat,
  maySeeEmail,
  mayTakeSeat,
} from './ownership.ts';

const ann = UserId.parse('0197f3a0-0000-7000-8000-000000000001');
const ben = UserId.parse('0197f3a0-0000-7000-8000-000000000002');
const cleo = UserId.parse('0197f3a0-0000-7000-8000-000000000003');
const user = (userId: UserId): Actor => ({ userId, isAdmin: false });
const admin: Actor = { userId: undefined, isAdmin: true };

it('takes a caller for an admin by a scope or a role, of that very name', () => {
  expect(isAdmin({ scopes: ['read', 'admin'], roles: [] })).toBe(true);
  expect(isAdmin({ scopes: [], roles: ['admin'] })).toBe(true);
  expect(isAdmin({ scopes: ['administrator'], roles: ['admins', 'Admin'] })).toBe(false);
});

// Each rule, with an object of Ann's. A seat of hers is at Ben's table.
describe.each<[string, (actor: Actor) => unknown, UserId[]]>([
  ['change a user', (actor) => mayChangeUser(actor, ann), [ann]],
  ['change a game', (actor) => mayChangeGame(actor, { hostId: ann }), [ann]],
  ['take a seat', (actor) => mayTakeSeat(actor, ann), [ann]],
  ['free a seat', (actor) => mayFreeSeat(actor, ann, { hostId: ben }), [ann, ben]],
])('the rule to %s', (_, rule, allowed) => {
  it('lets owners and admins, and nobody else', () => {
    for (const one of [ann, ben, cleo]) {
      if (allowed.includes(one)) expect(() => rule(user(one))).not.toThrow();
      else expect(() => rule(user(one))).toThrow(Forbidden);
    }
    expect(() => rule(admin)).not.toThrow();
    expect(() => rule({ userId: undefined, isAdmin: false })).toThrow(Forbidden);
  });
});

it('shows an email address to its user and to admins', () => {
  expect([user(ann), user(ben), admin].map((actor) => maySeeEmail(actor, ann))).toEqual([true, false, true]);
});
