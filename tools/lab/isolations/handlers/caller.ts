import { deepStrictEqual } from 'node:assert';
import { endpoint } from '@nanoservices/endpoint';
import { callee, caller, listOf } from './contracts.ts';

/** Times its calls where they are made. The first answer must be right. */
export const handler = endpoint(caller, async ({ body: { kilobytes, calls }, call }) => {
  const body = listOf(kilobytes);
  deepStrictEqual(await call(callee, { body, timeoutMs: 10_000 }), body);
  const startedAt = performance.now();
  let answers = 0;
  for (; answers < calls; answers++) await call(callee, { body, timeoutMs: 10_000 });
  return { microsecondsPerCall: ((performance.now() - startedAt) * 1000) / calls, answers };
});
