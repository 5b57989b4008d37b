import { createGame, findGame, joinGame } from '@nanoservices/data-access';
import { sender, testUser } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { deleteGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(deleteGame, handler);

it('deletes a game with its players, once', async () => {
  const { id } = await createGame({ title: 'Chess', seats: 2 }, testUser, undefined);
  await joinGame(id, testUser);
  expect((await send({ params: { gameId: id } })).status).toBe(204);
  expect(await findGame(id)).toBeUndefined();
  const again = await send({ params: { gameId: id } });
  expect(again).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('refuses what is no game id, and someone without a token', async () => {
  expect((await send({ params: { gameId: '1' } })).status).toBe(400);
  expect((await send({}, { caller: null })).status).toBe(401);
});
