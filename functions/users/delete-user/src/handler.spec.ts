import * as users from '@arcade/data-access/users';
import { sender } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { deleteUser } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(deleteUser, handler);

it('deletes a user, once', async () => {
  const { id } = await users.create({ name: 'Ann', email: 'ann@example.com' }, { owner: '', key: undefined });
  const first = await send({ params: { userId: id } }, { subject: id });
  expect(first).toMatchObject({ status: 204, cookies: [], body: undefined });
  const second = await send({ params: { userId: id } }, { subject: id });
  expect(second).toMatchObject({ status: 404, body: { type: 'urn:problem-type:user-not-found' } });
});

it('is for the user themself, and admins', async () => {
  const { id } = await users.create({ name: 'Ben', email: 'ben@example.com' }, { owner: '', key: undefined });
  const refused = await send({ params: { userId: id } });
  expect(refused).toMatchObject({ status: 403, body: { type: 'urn:problem-type:forbidden' } });
  expect((await send({ params: { userId: id } }, { scopes: ['admin'] })).status).toBe(204);
});

it('refuses what is no user id, and someone without a token', async () => {
  expect((await send({ params: { userId: "1'; DROP TABLE users.users; --" } })).status).toBe(400);
  expect((await send({}, { subject: null })).status).toBe(401);
});
