import * as games from '@arcade/data-access/games';
import * as players from '@arcade/data-access/players';
import { register, testCaller } from '@arcade/data-access/testing';
import type { User } from '@arcade/validation';
import { testAdmin } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, expect, it } from 'vitest';
import { deleteGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(deleteGame, handler);
const stranger = { subject: 'test|stranger' };
let user: User;

beforeAll(async () => {
  [user] = await Promise.all([register(), register(stranger.subject)]);
});

it('deletes a game with its players, once', async () => {
  const { id } = await games.create({ title: 'Chess', seats: 2 }, testCaller(), undefined);
  await players.seat(testAdmin, id, user.id);
  expect((await send({ params: { gameId: id } })).status).toBe(204);
  expect(await games.find(id)).toBeUndefined();
  const again = await send({ params: { gameId: id } });
  expect(again).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('is for the host and admins', async () => {
  const { id } = await games.create({ title: 'Chess', seats: 2 }, testCaller(), undefined);
  const refused = await send({ params: { gameId: id } }, stranger);
  expect(refused).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send({ params: { gameId: id } }, { ...stranger, scopes: ['admin'] })).status).toBe(204);
});

it('refuses what is no game id, and someone without a token', async () => {
  expect((await send({ params: { gameId: '1' } })).status).toBe(400);
  expect((await send({}, { subject: null })).status).toBe(401);
});
