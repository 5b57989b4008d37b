import { sender } from '@nanoservices/endpoint/testing';
import { expect, it, vi } from 'vitest';
import { createUser } from './contract.ts';
import { handler } from './handler.ts';

// On Lambda, each parallel request has its own environment. Here they share one, with more connections.
vi.stubEnv('DATABASE_POOL_SIZE', '10');

const send = sender(createUser, handler);
const newUser = (email: string) => ({ name: 'Ann', email });
const key = (value: string) => ({ 'idempotency-key': value });
let count = 0;
/** A caller to whom no user belongs. */
const someone = () => ({ subject: `auth0|${++count}` });

it('creates the user of the caller, and says where it is', async () => {
  const { status, headers, body } = await send({ body: newUser('one@example.com') }, someone());
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: 'Ann', email: 'one@example.com', version: 1 });
  expect(headers).toMatchObject({ location: `/users/${body.id}`, etag: '"1"' });
});

it('creates one user for a caller, and tells them of it ever after', async () => {
  const caller = someone();
  const { body: user } = await send({ body: newUser('first@example.com') }, caller);
  // The same request again is not told that its own email address is taken.
  for (const email of ['first@example.com', 'another@example.com']) {
    expect(await send({ body: newUser(email) }, caller)).toMatchObject({
      status: 409,
      headers: { location: `/users/${user.id}` },
      body: { type: 'urn:problem-type:already-registered', userId: user.id },
    });
  }
});

it('creates one user when a caller sends ten requests at once', async () => {
  const caller = someone();
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => send({ body: newUser('at-once@example.com') }, caller)),
  );
  expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
  const refused = answers.filter(({ status }) => status === 409);
  expect(new Set(refused.map(({ body }) => body.type))).toEqual(
    new Set(['urn:problem-type:already-registered']),
  );
});

it('knows a subject of two issuers as two callers', async () => {
  const caller = someone();
  const first = await send({ body: newUser('here@example.com') }, caller);
  const second = await send(
    { body: newUser('there@example.com') },
    { ...caller, issuer: 'https://another.example' },
  );
  expect([first.status, second.status]).toEqual([201, 201]);
  expect(first.body.id).not.toBe(second.body.id);
});

it('refuses someone without a token', async () => {
  expect((await send({ body: newUser('x@example.com') }, { subject: null })).status).toBe(401);
});

it('refuses an email address that is taken, in any spelling', async () => {
  await send({ body: newUser('taken@example.com') }, someone());
  const answer = await send({ body: newUser('Taken@Example.com') }, someone());
  expect(answer).toMatchObject({ status: 409, body: { type: 'urn:problem-type:email-taken' } });
});

it('leaves a caller free to try again whose email address was taken', async () => {
  await send({ body: newUser('occupied@example.com') }, someone());
  const caller = someone();
  expect((await send({ body: newUser('occupied@example.com') }, caller)).status).toBe(409);
  expect((await send({ body: newUser('vacant@example.com') }, caller)).status).toBe(201);
});

it('gives the same answer to the same request with the same Idempotency-Key', async () => {
  const caller = someone();
  const request = { body: newUser('same@example.com'), headers: key('k-1') };
  const first = await send(request, caller);
  expect(first.status).toBe(201);
  expect(await send(request, caller)).toEqual(first);
});

it('refuses an Idempotency-Key that came with another body before', async () => {
  const caller = someone();
  await send({ body: newUser('k2@example.com'), headers: key('k-2') }, caller);
  const answer = await send({ body: newUser('k2-again@example.com'), headers: key('k-2') }, caller);
  expect(answer).toMatchObject({ status: 422, body: { type: 'urn:problem-type:idempotency-key-reused' } });
});

it('keeps the keys of different callers apart', async () => {
  const first = await send({ body: newUser('mine@example.com'), headers: key('k-3') }, someone());
  const second = await send({ body: newUser('yours@example.com'), headers: key('k-3') }, someone());
  expect(second.status).toBe(201);
  expect(second.body.id).not.toBe(first.body.id);
});

it('remembers no key of a request that failed', async () => {
  await send({ body: newUser('there-already@example.com') }, someone());
  const caller = someone();
  const request = { body: newUser('there-already@example.com'), headers: key('k-4') };
  expect((await send(request, caller)).status).toBe(409);
  expect((await send({ ...request, body: newUser('free@example.com') }, caller)).status).toBe(201);
});

it('refuses bad input with every place that is wrong', async () => {
  const body = { name: ' ', email: 'no', admin: true };
  const answer = await send({ body, headers: key('') }, someone());
  expect(answer.status).toBe(400);
  const paths = (answer.body.errors as { path: string }[]).map(({ path }) => path);
  expect(paths.sort()).toEqual(['body', 'body.email', 'body.name', 'headers.idempotency-key']);
});
