import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

const Item = z.strictObject({ id: z.string(), title: z.string(), status: z.string(), joinedAt: z.string() });

/** A list, as APIs answer with it. */
export const List = z.strictObject({ items: z.array(Item) });
export type List = z.output<typeof List>;

/** An item of a hundred bytes. */
const item = {
  id: '0197f3a0-0000-7000-8000-0000000000a1',
  title: 'Chess',
  status: 'open',
  joinedAt: '2026-01-01T00:00:00Z',
};

export const listOf = (kilobytes: number): List => ({
  items: Array.from({ length: Math.max(1, Math.round(kilobytes * 10)) }, () => item),
});

const bodyLimitBytes = 4 * 2 ** 20;

export const callee = contract({
  name: 'callee',
  method: 'POST',
  path: '/callee',
  summary: 'Answers with what it was asked',
  access: 'public',
  bodyLimitBytes,
  body: List,
  response: List,
});

export const caller = contract({
  name: 'caller',
  method: 'POST',
  path: '/caller',
  summary: 'Calls the callee, again and again',
  access: 'public',
  calls: [callee],
  body: z.strictObject({ kilobytes: z.number(), calls: z.int() }),
  response: z.strictObject({ microsecondsPerCall: z.number(), answers: z.int() }),
});
