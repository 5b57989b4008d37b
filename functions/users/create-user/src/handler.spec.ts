import { sender } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { createUser } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(createUser, handler);
const newUser = (email: string) => ({ name: 'Ann', email });
const key = (value: string) => ({ 'idempotency-key': value });

it('creates a user, without a token, and says where it is', async () => {
  const { status, headers, body } = await send({ body: newUser('one@example.com') }, { subject: null });
  expect(status).toBe(201);
  expect(body).toMatchObject({ name: 'Ann', email: 'one@example.com', version: 1 });
  expect(headers).toMatchObject({ location: `/users/${body.id}`, etag: '"1"' });
});

it('refuses an email address that is taken, in any spelling', async () => {
  await send({ body: newUser('taken@example.com') });
  const answer = await send({ body: newUser('Taken@Example.com') });
  expect(answer).toMatchObject({ status: 409, body: { type: 'urn:problem-type:email-taken' } });
});

it('gives the same answer to the same request with the same Idempotency-Key', async () => {
  const request = { body: newUser('same@example.com'), headers: key('k-1') };
  const first = await send(request);
  expect(first.status).toBe(201);
  expect(await send(request)).toEqual(first);
});

it('refuses an Idempotency-Key that came with another body before', async () => {
  await send({ body: newUser('first@example.com'), headers: key('k-2') });
  const answer = await send({ body: newUser('second@example.com'), headers: key('k-2') });
  expect(answer).toMatchObject({ status: 422, body: { type: 'urn:problem-type:idempotency-key-reused' } });
});

it('keeps the keys of different callers apart', async () => {
  const other = { subject: '01980000-0000-7000-8000-00000000000b' };
  const first = await send({ body: newUser('mine@example.com'), headers: key('k-3') });
  const second = await send({ body: newUser('yours@example.com'), headers: key('k-3') }, other);
  expect(second.status).toBe(201);
  expect(second.body.id).not.toBe(first.body.id);
});

it('remembers no key of a request that failed', async () => {
  await send({ body: newUser('there@example.com') });
  const request = { body: newUser('there@example.com'), headers: key('k-4') };
  expect((await send(request)).status).toBe(409);
  expect((await send({ ...request, body: newUser('free@example.com') })).status).toBe(201);
});

it('refuses bad input with every place that is wrong', async () => {
  const answer = await send({ body: { name: ' ', email: 'no', admin: true }, headers: key('') });
  expect(answer.status).toBe(400);
  const paths = (answer.body.errors as { path: string }[]).map(({ path }) => path);
  expect(paths.sort()).toEqual(['body', 'body.email', 'body.name', 'headers.idempotency-key']);
});
