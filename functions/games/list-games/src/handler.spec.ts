import * as games from '@arcade/data-access/games';
import { register, testCaller } from '@arcade/data-access/testing';
import type { Game } from '@arcade/validation';
import { testAdmin } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, expect, it } from 'vitest';
import { listGames } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(listGames, handler);
/** All games, the newest first. */
const all: Game[] = [];

beforeAll(async () => {
  await register();
  for (let n = 0; n < 6; n++) {
    const game = await games.create({ title: `Game ${n}`, seats: 2 }, testCaller(), undefined);
    all.unshift(n % 2 === 0 ? game : await games.update(testAdmin, game.id, { status: 'playing' }, '*'));
  }
});

it('lists all games, the newest first, for anyone', async () => {
  const { status, body } = await send({}, { subject: null });
  expect({ status, body }).toEqual({ status: 200, body: { items: all, nextCursor: null } });
});

it('lists the games in one or more statuses', async () => {
  const open = all.filter(({ status }) => status === 'open');
  expect((await send({ query: { status: 'open' } })).body.items).toEqual(open);
  expect((await send({ query: { status: ['open', 'playing'] } })).body.items).toEqual(all);
  expect((await send({ query: { status: 'finished' } })).body).toEqual({ items: [], nextCursor: null });
});

it('pages through a filtered list', async () => {
  const first = await send({ query: { status: 'open', limit: 2 } });
  const second = await send({ query: { status: 'open', limit: 2, cursor: first.body.nextCursor } });
  expect([...first.body.items, ...second.body.items]).toEqual(all.filter(({ status }) => status === 'open'));
  expect(second.body.nextCursor).toBeNull();
});

it('refuses bad filters and paging', async () => {
  for (const query of [
    { status: 'lost' },
    { status: 'open,playing' },
    { limit: 101 },
    { cursor: '' },
    { host: 'x' },
  ]) {
    expect((await send({ query })).status, JSON.stringify(query)).toBe(400);
  }
});
