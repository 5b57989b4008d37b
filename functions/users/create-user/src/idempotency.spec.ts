import { sender } from '@nanoservices/endpoint/testing';
import { expect, it, vi } from 'vitest';
import { createUser } from './contract.ts';
import { handler } from './handler.ts';

// On Lambda, each parallel request has its own environment. Here they share one, with more connections.
vi.stubEnv('DATABASE_POOL_SIZE', '20');

it('creates one user for 20 requests at once with the same Idempotency-Key', async () => {
  const request = { body: { name: 'Ann', email: 'a@example.com' }, headers: { 'idempotency-key': 'k' } };
  const answers = await Promise.all(Array.from({ length: 20 }, () => sender(createUser, handler)(request)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
});
