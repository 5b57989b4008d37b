import * as games from '@arcade/data-access/games';
import * as players from '@arcade/data-access/players';
import { register, testCaller } from '@arcade/data-access/testing';
import type { GameSummary, User } from '@arcade/validation';
import { testAdmin } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, expect, it } from 'vitest';
import { listUserGames } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(listUserGames, handler);
let user: User;
let other: User;
const played: GameSummary[] = [];

beforeAll(async () => {
  [user, other] = [await register(), await register('test|other')];
  for (let n = 0; n < 5; n++) {
    const { id, title, status } = await games.create(
      { title: `Game ${n}`, seats: 2 },
      testCaller(),
      undefined,
    );
    const { joinedAt } = await players.seat(testAdmin, id, (n === 2 ? other : user).id);
    if (n !== 2) played.unshift({ id, title, status, joinedAt });
  }
});

it('lists the games a user plays, the newest first', async () => {
  const { status, body } = await send({ params: { userId: user.id } });
  expect({ status, body }).toEqual({ status: 200, body: { items: played, nextCursor: null } });
});

it('pages through them', async () => {
  const first = await send({ params: { userId: user.id }, query: { limit: 3 } });
  const second = await send({
    params: { userId: user.id },
    query: { limit: 3, cursor: first.body.nextCursor },
  });
  expect([...first.body.items, ...second.body.items]).toEqual(played);
});

it('lists none for a user who plays none', async () => {
  const { body } = await send({ params: { userId: '01980000-0000-7000-8000-0000000000ff' } });
  expect(body).toEqual({ items: [], nextCursor: null });
});

it('refuses bad input, and someone without a token', async () => {
  expect((await send({ params: { userId: '1' } })).status).toBe(400);
  expect((await send({ params: { userId: user.id }, query: { limit: 0 } })).status).toBe(400);
  expect((await send({ params: { userId: user.id } }, { subject: null })).status).toBe(401);
});

it('refuses someone who is no user, unless they are an admin', async () => {
  const params = { userId: user.id };
  expect(await send({ params }, { subject: 'test|nobody' })).toMatchObject({
    status: 403,
    body: { type: 'urn:problem-type:not-registered' },
  });
  expect((await send({ params }, { subject: 'test|nobody', scopes: ['admin'] })).status).toBe(200);
});
