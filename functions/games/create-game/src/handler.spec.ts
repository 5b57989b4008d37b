import { register } from '@arcade/data-access/testing';
import type { User } from '@arcade/validation';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, expect, it } from 'vitest';
import { createGame } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(createGame, handler);
const chess = { title: 'Chess', seats: 2 };
let user: User;

beforeAll(async () => {
  user = await register();
});

it('creates an open game with the caller as its host, and says where it is', async () => {
  const { status, headers, body } = await send({ body: chess });
  expect(status).toBe(201);
  expect(body).toMatchObject({ ...chess, hostId: user.id, status: 'open', version: 1 });
  expect(headers).toMatchObject({ location: `/games/${body.id}`, etag: '"1"' });
});

it('gives the same answer to the same request with the same Idempotency-Key, and 422 to another', async () => {
  const headers = { 'idempotency-key': 'k-1' };
  const first = await send({ body: chess, headers });
  expect(await send({ body: chess, headers })).toEqual(first);
  expect(await send({ body: { ...chess, seats: 3 }, headers })).toMatchObject({
    status: 422,
    body: { type: 'urn:problem-type:idempotency-key-reused' },
  });
});

it('creates a game for each request without a key', async () => {
  const [first, second] = [await send({ body: chess }), await send({ body: chess })];
  expect(first.body.id).not.toBe(second.body.id);
});

it('refuses bad input, and someone without a token', async () => {
  for (const body of [{}, { ...chess, seats: 1 }, { ...chess, seats: 65 }, { ...chess, status: 'playing' }]) {
    expect((await send({ body })).status, JSON.stringify(body)).toBe(400);
  }
  expect((await send({ body: chess }, { subject: null })).status).toBe(401);
});

it.each(['auth0|64f1', '01980000-0000-7000-8000-000000000001'])(
  'refuses a caller to whom no user belongs: %s',
  async (subject) => {
    expect(await send({ body: chess }, { subject })).toMatchObject({
      status: 403,
      body: { type: 'urn:problem-type:not-registered', detail: expect.stringContaining('POST /users') },
    });
  },
);

it('knows a subject of its issuer only', async () => {
  expect((await send({ body: chess }, { issuer: 'https://another.example' })).status).toBe(403);
});
