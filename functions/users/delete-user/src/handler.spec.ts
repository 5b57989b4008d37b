import { register } from '@arcade/data-access/testing';
import * as users from '@arcade/data-access/users';
import { sender, testIssuer } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { deleteUser } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(deleteUser, handler);
const [ann, ben] = [{ subject: 'auth0|ann' }, { subject: 'auth0|ben' }];

it('deletes a user with their identity, once', async () => {
  const { id } = await register(ann.subject);
  const first = await send({ params: { userId: id } }, ann);
  expect(first).toMatchObject({ status: 204, cookies: [], body: undefined });
  const second = await send({ params: { userId: id } }, ann);
  expect(second).toMatchObject({ status: 403, body: { type: 'urn:problem-type:not-registered' } });
  const byAdmin = await send({ params: { userId: id } }, { scopes: ['admin'] });
  expect(byAdmin).toMatchObject({ status: 404, body: { type: 'urn:problem-type:user-not-found' } });
  // The same person may come back, as a new user.
  expect((await register(ann.subject)).id).not.toBe(id);
});

it('is for the user themself, and admins', async () => {
  const { id } = await register(ben.subject);
  await register('auth0|eve');
  const refused = await send({ params: { userId: id } }, { subject: 'auth0|eve' });
  expect(refused).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send({ params: { userId: id } }, { scopes: ['admin'] })).status).toBe(204);
});

it('refuses what is no user id, and someone without a token', async () => {
  expect((await send({ params: { userId: "1'; DROP TABLE users.users; --" } })).status).toBe(400);
  expect((await send({}, { subject: null })).status).toBe(401);
});

it('forgets the answer that a repeated creation would get', async () => {
  const identity = { issuer: testIssuer, subject: 'auth0|fay' };
  const create = () => users.create({ name: 'Fay', email: 'fay@example.com' }, identity, 'key');
  const first = await create();
  expect(await create()).toEqual(first);
  expect((await send({ params: { userId: first.id } }, identity)).status).toBe(204);
  expect((await create()).id).not.toBe(first.id);
});
