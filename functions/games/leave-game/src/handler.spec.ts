import * as games from '@arcade/data-access/games';
import * as players from '@arcade/data-access/players';
import { register, testCaller } from '@arcade/data-access/testing';
import type { Game, User } from '@arcade/validation';
import { testAdmin } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { leaveGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(leaveGame, handler);
const leave = (gameId: string) => send({ params: { gameId, userId: user.id } });
let game: Game;
let user: User;

beforeAll(async () => {
  user = await register();
});

beforeEach(async () => {
  game = await games.create({ title: 'Bridge', seats: 4 }, testCaller(), undefined);
  await players.seat(testAdmin, game.id, user.id);
});

it('gives up a seat, once', async () => {
  expect((await leave(game.id)).status).toBe(204);
  expect((await games.find(game.id))?.players).toEqual([]);
  expect(await leave(game.id)).toMatchObject({
    status: 404,
    body: { type: 'urn:problem-type:not-a-player' },
  });
});

it('refuses once the game has begun', async () => {
  await games.update(testAdmin, game.id, { status: 'playing' }, '*');
  expect(await leave(game.id)).toMatchObject({
    status: 409,
    body: { type: 'urn:problem-type:game-not-open' },
  });
});

it('is for the player, the host and admins', async () => {
  const [player, stranger] = [{ subject: 'test|player' }, { subject: 'test|stranger' }];
  const { id: userId } = await register(player.subject);
  await register(stranger.subject);
  const params = { gameId: game.id, userId };
  await players.seat(testAdmin, game.id, userId);
  const refused = await send({ params }, stranger);
  expect(refused).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  for (const allowed of [player, {}, { ...stranger, scopes: ['admin'] }]) {
    expect((await send({ params }, allowed)).status).toBe(204);
    await players.seat(testAdmin, game.id, userId);
  }
});

it('says that there is no such game', async () => {
  const answer = await leave('01980000-0000-7000-8000-0000000000ff');
  expect(answer).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('refuses what are no ids, and someone without a token', async () => {
  expect((await send({ params: { gameId: '1', userId: '2' } })).status).toBe(400);
  expect((await send({}, { subject: null })).status).toBe(401);
});
