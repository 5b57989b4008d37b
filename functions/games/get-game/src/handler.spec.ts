import * as games from '@arcade/data-access/games';
import * as players from '@arcade/data-access/players';
import { register, testCaller } from '@arcade/data-access/testing';
import type { User } from '@arcade/validation';
import { testAdmin } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, expect, it } from 'vitest';
import { getGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(getGame, handler);
let user: User;

beforeAll(async () => {
  user = await register();
});

it('reads a game with its players in the order they joined, for anyone', async () => {
  const game = await games.create({ title: 'Chess', seats: 2 }, testCaller(), undefined);
  const seated = [await players.seat(testAdmin, game.id, user.id)];
  const { status, body } = await send({ params: { gameId: game.id } }, { subject: null });
  expect({ status, body }).toEqual({ status: 200, body: { ...game, players: seated } });
});

it('reads a game without players', async () => {
  const game = await games.create({ title: 'Go', seats: 2 }, testCaller(), undefined);
  expect((await send({ params: { gameId: game.id } })).body).toEqual({ ...game, players: [] });
});

it('says that there is no such game', async () => {
  const answer = await send({ params: { gameId: '01980000-0000-7000-8000-0000000000ff' } });
  expect(answer).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('refuses what is no game id', async () => {
  expect((await send({ params: { gameId: '1' } })).status).toBe(400);
});
