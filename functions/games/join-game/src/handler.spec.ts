import * as games from '@arcade/data-access/games';
import { register, testCaller } from '@arcade/data-access/testing';
import type { Game, User } from '@arcade/validation';
import { testAdmin } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { joinGame } from './contract.ts';
import { handler } from './handler.ts';

// On Lambda, each parallel request has its own environment. Here they share one, with more connections.
vi.stubEnv('DATABASE_POOL_SIZE', '50');

const send = sender(joinGame, handler);
const subject = (n: number) => `test|${n}`;
let users: User[];
const userId = (n: number) => users[n]?.id;
const join = (gameId: string, n: number) =>
  send({ params: { gameId, userId: userId(n) } }, { subject: subject(n) });
let game: Game;

beforeAll(async () => {
  await register();
  users = await Promise.all(Array.from({ length: 50 }, (_, n) => register(subject(n))));
});

beforeEach(async () => {
  game = await games.create({ title: 'Bridge', seats: 4 }, testCaller(), undefined);
});

it('seats a user, and seating them again changes nothing', async () => {
  const first = await join(game.id, 1);
  expect(first).toMatchObject({ status: 200, body: { userId: userId(1), joinedAt: expect.any(String) } });
  expect(await join(game.id, 1)).toEqual(first);
  expect((await games.find(game.id))?.players).toEqual([first.body]);
});

it('holds the seat limit when 50 users join at once', async () => {
  const answers = await Promise.all(Array.from({ length: 50 }, (_, n) => join(game.id, n)));
  const seated = answers.filter(({ status }) => status === 200);
  const refused = answers.filter(
    ({ status, body }) => status === 409 && body.type === 'urn:problem-type:game-full',
  );
  expect([seated.length, refused.length]).toEqual([4, 46]);
  expect((await games.find(game.id))?.players).toHaveLength(4);
});

it('refuses newcomers once the game has begun, but not those who are seated', async () => {
  const first = await join(game.id, 1);
  await games.update(testAdmin, game.id, { status: 'playing' }, '*');
  expect(await join(game.id, 2)).toMatchObject({
    status: 409,
    body: { type: 'urn:problem-type:game-not-open' },
  });
  expect(await join(game.id, 1)).toEqual(first);
});

it('is for the user themself, and admins', async () => {
  const params = { gameId: game.id, userId: userId(1) };
  expect(await send({ params })).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send({ params }, { scopes: ['admin'] })).status).toBe(200);
});

it('says that there is no such game', async () => {
  const answer = await join('01980000-0000-7000-8000-0000000000ff', 1);
  expect(answer).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('refuses what are no ids, and someone without a token', async () => {
  const answer = await send({ params: { gameId: '1', userId: '2' } });
  expect(answer).toMatchObject({
    status: 400,
    body: { errors: [{ path: 'params.gameId' }, { path: 'params.userId' }] },
  });
  expect((await send({}, { subject: null })).status).toBe(401);
});
