import { createGame, joinGame } from '@nanoservices/data-access';
import { sender, testAdmin, testUser } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { getGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(getGame, handler);

it('reads a game with its players in the order they joined, for anyone', async () => {
  const game = await createGame({ title: 'Chess', seats: 2 }, testUser, undefined);
  const players = [await joinGame(testAdmin, game.id, testUser)];
  const { status, body } = await send({ params: { gameId: game.id } }, { caller: null });
  expect({ status, body }).toEqual({ status: 200, body: { ...game, players } });
});

it('reads a game without players', async () => {
  const game = await createGame({ title: 'Go', seats: 2 }, testUser, undefined);
  expect((await send({ params: { gameId: game.id } })).body).toEqual({ ...game, players: [] });
});

it('says that there is no such game', async () => {
  const answer = await send({ params: { gameId: '01980000-0000-7000-8000-0000000000ff' } });
  expect(answer).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('refuses what is no game id', async () => {
  expect((await send({ params: { gameId: '1' } })).status).toBe(400);
});
