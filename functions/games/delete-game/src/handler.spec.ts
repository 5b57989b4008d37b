import * as games from '@arcade/data-access/games';
import * as players from '@arcade/data-access/players';
import { testAdmin, testUser } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { deleteGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(deleteGame, handler);

it('deletes a game with its players, once', async () => {
  const { id } = await games.create({ title: 'Chess', seats: 2 }, testUser, undefined);
  await players.seat(testAdmin, id, testUser);
  expect((await send({ params: { gameId: id } })).status).toBe(204);
  expect(await games.find(id)).toBeUndefined();
  const again = await send({ params: { gameId: id } });
  expect(again).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('is for the host and admins', async () => {
  const { id } = await games.create({ title: 'Chess', seats: 2 }, testUser, undefined);
  const stranger = { subject: '01980000-0000-7000-8000-0000000000b2' };
  const refused = await send({ params: { gameId: id } }, stranger);
  expect(refused).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send({ params: { gameId: id } }, { ...stranger, scopes: ['admin'] })).status).toBe(204);
});

it('refuses what is no game id, and someone without a token', async () => {
  expect((await send({ params: { gameId: '1' } })).status).toBe(400);
  expect((await send({}, { subject: null })).status).toBe(401);
});
