import { deepStrictEqual } from 'node:assert';
import { endpoint } from '@nanoservices/endpoint';
import { callee, caller, listOf } from './contracts.ts';

/** Times its calls. The first response must be right. */
export const handler = endpoint(caller, async ({ body: { kilobytes, calls }, call }) => {
  const body = listOf(kilobytes);
  deepStrictEqual(await call(callee, { body, timeoutMs: 10_000 }), body);
  const startedAt = performance.now();
  let count = 0;
  for (; count < calls; count++) await call(callee, { body, timeoutMs: 10_000 });
  return { microsecondsPerCall: ((performance.now() - startedAt) * 1000) / calls, count };
});
