import { describe, expect, it } from 'vitest';
import { GameChanges, NewGame, nextStatuses } from './games.ts';
import { GameId, UserId } from './ids.ts';
import { mayChangeUser } from './ownership.ts';
import { NewUser, UserChanges } from './users.ts';

const user = { name: 'Ann', email: 'ann@example.com' };

describe('NewUser', () => {
  it('trims the name', () => {
    expect(NewUser.parse({ ...user, name: '  Ann  ' }).name).toBe('Ann');
  });

  it.each([
    ['an empty name', { ...user, name: '   ' }],
    ['a name over 100 characters', { ...user, name: 'a'.repeat(101) }],
    ['a name over 100 characters of two code units', { ...user, name: '🎲'.repeat(101) }],
    ['a name of a million blanks and a control character', { ...user, name: `a${' '.repeat(1e6)}\x07` }],
    ['a NUL, which PostgreSQL cannot store', { ...user, name: 'a\0b' }],
    ['a line break', { ...user, name: 'a\nb' }],
    ['a lone surrogate', { ...user, name: 'a\ud800b' }],
    ['a malformed address', { ...user, email: 'ann@' }],
    ['an address over 254 characters', { ...user, email: `${'a'.repeat(250)}@example.com` }],
    ['an address with 65 characters before the @', { ...user, email: `${'a'.repeat(65)}@example.com` }],
    ['a host name that ends with a hyphen', { ...user, email: 'ann@example-.com' }],
    ['two dots in an address', { ...user, email: 'ann..lee@example.com' }],
    ['an unknown field', { ...user, admin: true }],
    ['a missing field', { name: 'Ann' }],
    ['an own __proto__', JSON.parse('{"name":"Ann","email":"ann@example.com","__proto__":{"admin":true}}')],
  ])('refuses %s', (_, input) => {
    expect(NewUser.safeParse(input).success).toBe(false);
  });

  it.each(["ann.o'neill+games@mail.example.co", 'A_1@xn--bcher-kva.example', `${'a'.repeat(64)}@b.de`])(
    'takes the address %s',
    (email) => {
      expect(NewUser.parse({ ...user, email }).email).toBe(email);
    },
  );

  it('takes names of every script', () => {
    for (const name of ['🎲'.repeat(100), 'Żółć', '李小龍', '👩‍🚀', "O'Neill-Šmíd"]) {
      expect(NewUser.parse({ ...user, name }).name).toBe(name);
    }
  });
});

describe('changes', () => {
  it('name at least one field', () => {
    expect(UserChanges.safeParse({}).success).toBe(false);
    expect(GameChanges.safeParse({}).success).toBe(false);
    expect(UserChanges.parse({ name: 'Ann' })).toEqual({ name: 'Ann' });
    expect(GameChanges.parse({ status: 'playing' })).toEqual({ status: 'playing' });
  });
});

describe('NewGame', () => {
  it.each([1, 65, 2.5, '4', Number.NaN])('refuses %s seats', (seats) => {
    expect(NewGame.safeParse({ title: 'Chess', seats }).success).toBe(false);
  });
});

it('a game only moves forward', () => {
  expect(nextStatuses).toEqual({ open: ['playing'], playing: ['finished'], finished: [] });
});

it('ids are UUIDs of version 7', () => {
  expect(UserId.safeParse('01980000-0000-7000-8000-000000000001').success).toBe(true);
  expect(UserId.safeParse('01980000-0000-4000-8000-000000000001').success).toBe(false);
  expect(UserId.safeParse("1' OR '1'='1").success).toBe(false);
});

// RFC 9562, section 4: input is case-insensitive. A rule compares ids as texts.
it.each([UserId, GameId])('an id in capital letters is the same id', (schema) => {
  const id = '01980000-0000-7000-8000-00000000000b';
  expect(schema.parse(id.toUpperCase())).toBe(id);
  expect(() =>
    mayChangeUser({ userId: UserId.parse(id), isAdmin: false }, UserId.parse(id.toUpperCase())),
  ).not.toThrow();
});
