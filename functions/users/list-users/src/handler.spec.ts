import { register } from '@arcade/data-access/testing';
import type { User } from '@arcade/validation';
import { sender } from '@nanoservices/endpoint/testing';
import { beforeAll, expect, it } from 'vitest';
import { listUsers } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(listUsers, handler);
const admin = { scopes: ['admin'] };
/** All users, the newest first. */
const all: User[] = [];

beforeAll(async () => {
  for (let n = 0; n < 7; n++) {
    all.unshift(await register(`test|${n}`));
  }
});

it('lists all users, the newest first', async () => {
  const { status, body } = await send({}, admin);
  expect(status).toBe(200);
  expect(body).toEqual({ items: all, nextCursor: null });
});

it.each([1, 2, 3, 6, 7, 8])('gives every user exactly once in pages of %i', async (limit) => {
  const seen: User[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const { body } = await send({ query: { limit, ...(cursor && { cursor }) } }, admin);
    expect(body.items.length).toBeLessThanOrEqual(limit);
    seen.push(...body.items);
    cursor = body.nextCursor;
  }
  expect(seen).toEqual(all);
});

it('goes on where it was when users are added in between', async () => {
  const { body: first } = await send({ query: { limit: 3 } }, admin);
  const added = await register('test|new');
  const { body: second } = await send({ query: { limit: 3, cursor: first.nextCursor } }, admin);
  expect(second.items).toEqual(all.slice(3, 6));
  all.unshift(added);
});

it('refuses bad paging', async () => {
  for (const query of [{ limit: 0 }, { limit: 101 }, { limit: 'x' }, { cursor: 'x' }, { page: 2 }]) {
    expect((await send({ query }, admin)).status, JSON.stringify(query)).toBe(400);
  }
});

it('is for admins', async () => {
  expect((await send()).status).toBe(403);
  expect((await send({}, { subject: null })).status).toBe(401);
});
