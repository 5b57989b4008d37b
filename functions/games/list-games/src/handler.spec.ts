import { createGame, updateGame } from '@nanoservices/data-access';
import { sender, testAdmin, testUser } from '@nanoservices/endpoint/testing';
import type { Game } from '@nanoservices/validation';
import { beforeAll, expect, it } from 'vitest';
import { listGames } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(listGames, handler);
const games: Game[] = [];

beforeAll(async () => {
  for (let n = 0; n < 6; n++) {
    const game = await createGame({ title: `Game ${n}`, seats: 2 }, testUser, undefined);
    games.unshift(n % 2 === 0 ? game : await updateGame(testAdmin, game.id, { status: 'playing' }, '*'));
  }
});

it('lists all games, the newest first, for anyone', async () => {
  const { status, body } = await send({}, { caller: null });
  expect({ status, body }).toEqual({ status: 200, body: { items: games, nextCursor: null } });
});

it('lists the games in one or more statuses', async () => {
  const open = games.filter(({ status }) => status === 'open');
  expect((await send({ query: { status: 'open' } })).body.items).toEqual(open);
  expect((await send({ query: { status: ['open', 'playing'] } })).body.items).toEqual(games);
  expect((await send({ query: { status: 'finished' } })).body).toEqual({ items: [], nextCursor: null });
});

it('pages through a filtered list', async () => {
  const first = await send({ query: { status: 'open', limit: 2 } });
  const second = await send({ query: { status: 'open', limit: 2, cursor: first.body.nextCursor } });
  expect([...first.body.items, ...second.body.items]).toEqual(
    games.filter(({ status }) => status === 'open'),
  );
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
