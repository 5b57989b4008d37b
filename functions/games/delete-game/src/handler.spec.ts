import { createGame, findGame, joinGame } from '@nanoservices/data-access';
import { sender, testAdmin, testUser } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { deleteGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(deleteGame, handler);

it('deletes a game with its players, once', async () => {
  const { id } = await createGame({ title: 'Chess', seats: 2 }, testUser, undefined);
  await joinGame(testAdmin, id, testUser);
  expect((await send({ params: { gameId: id } })).status).toBe(204);
  expect(await findGame(id)).toBeUndefined();
  const again = await send({ params: { gameId: id } });
  expect(again).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('is for the host and admins', async () => {
  const { id } = await createGame({ title: 'Chess', seats: 2 }, testUser, undefined);
  const stranger = { caller: '01980000-0000-7000-8000-0000000000b2' };
  const refused = await send({ params: { gameId: id } }, stranger);
  expect(refused).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send({ params: { gameId: id } }, { ...stranger, scopes: ['admin'] })).status).toBe(204);
});

it('refuses what is no game id, and someone without a token', async () => {
  expect((await send({ params: { gameId: '1' } })).status).toBe(400);
  expect((await send({}, { caller: null })).status).toBe(401);
});
