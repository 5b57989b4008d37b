import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

const Item = z.strictObject({ id: z.string(), title: z.string(), status: z.string(), orderedAt: z.string() });

/** A list, as in the response of an API. */
export const List = z.strictObject({ items: z.array(Item) });
export type List = z.output<typeof List>;

/** An item of a hundred bytes. */
const item = {
  id: '01980000-0000-7000-8000-0000000000a1',
  title: 'Bread',
  status: 'open',
  orderedAt: '2026-01-01T00:00:00Z',
};

export const listOf = (kilobytes: number): List => ({
  items: Array.from({ length: Math.max(1, Math.round(kilobytes * 10)) }, () => item),
});

const bodyLimitBytes = 4 * 2 ** 20;

export const callee = contract({
  name: 'callee',
  method: 'POST',
  path: '/callee',
  summary: 'Echo the body',
  access: 'public',
  bodyLimitBytes,
  body: List,
  response: List,
});

export const caller = contract({
  name: 'caller',
  method: 'POST',
  path: '/caller',
  summary: 'Call the callee repeatedly',
  access: 'public',
  calls: [callee],
  body: z.strictObject({ kilobytes: z.number(), calls: z.int() }),
  response: z.strictObject({ microsecondsPerCall: z.number(), count: z.int() }),
});
