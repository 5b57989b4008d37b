import * as games from '@arcade/data-access/games';
import { register, testCaller } from '@arcade/data-access/testing';
import { type Game, GameStatus } from '@arcade/validation';
import { testAdmin } from '@arcade/validation/testing';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import { updateGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(updateGame, handler);
let game: Game;
const stranger = { subject: 'test|stranger' };

beforeAll(() => Promise.all([register(), register(stranger.subject)]));

beforeEach(async () => {
  game = await games.create({ title: 'Chess', seats: 2 }, testCaller(), undefined);
});

const patch = (body: unknown, ifMatch = '*', gameId: string = game.id) =>
  send({ params: { gameId }, body, headers: { 'if-match': ifMatch } });

it('changes the title, and the version', async () => {
  const { status, headers, body } = await patch({ title: 'Blitz' }, '"1"');
  expect(status).toBe(200);
  expect(body).toEqual({ ...game, title: 'Blitz', version: 2, updatedAt: body.updatedAt });
  expect(headers.etag).toBe('"2"');
});

const steps: Record<GameStatus, GameStatus[]> = {
  open: [],
  playing: ['playing'],
  finished: ['playing', 'finished'],
};
const legal = ['open open', 'open playing', 'playing playing', 'playing finished', 'finished finished'];
const moves = GameStatus.options.flatMap((from) => GameStatus.options.map((to) => [from, to] as const));

it.each(moves)('from %s to %s is moved or refused by the status machine', async (from, to) => {
  for (const status of steps[from]) await games.update(testAdmin, game.id, { status }, '*');
  const answer = await patch({ status: to });
  if (legal.includes(`${from} ${to}`)) expect(answer).toMatchObject({ status: 200, body: { status: to } });
  else
    expect(answer).toMatchObject({ status: 409, body: { type: 'urn:problem-type:illegal-status-change' } });
});

it('refuses to change a version that was not read, or none', async () => {
  expect((await patch({ title: 'Blitz' }, '"7"')).status).toBe(412);
  expect((await send({ params: { gameId: game.id }, body: { title: 'Blitz' } })).status).toBe(428);
});

it('lets one of ten changes of the same version through', async () => {
  const answers = await Promise.all(
    Array.from({ length: 10 }, (_, n) => patch({ title: `Chess ${n}` }, '"1"')),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array(9).fill(412)]);
});

it('is for the host and admins', async () => {
  const request = { params: { gameId: game.id }, body: { title: 'Blitz' }, headers: { 'if-match': '*' } };
  const refused = await send(request, stranger);
  expect(refused).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send(request, { ...stranger, scopes: ['admin'] })).status).toBe(200);
});

it('says that there is no such game', async () => {
  const answer = await patch({ title: 'Blitz' }, '*', '01980000-0000-7000-8000-0000000000ff');
  expect(answer).toMatchObject({ status: 404, body: { type: 'urn:problem-type:game-not-found' } });
});

it('refuses bad input', async () => {
  for (const body of [{}, { status: 'lost' }, { seats: 4 }, { title: '' }]) {
    expect((await patch(body)).status, JSON.stringify(body)).toBe(400);
  }
});
