import { strict as assert } from 'node:assert';
import { httpEvent } from '@nanoservices/runtime/gateway';
import { compared, publish } from '../findings.ts';
import { interleave } from '../interleave.ts';

/**
 * `nx run lab:bench-request`: the cost of a handler's framework per request, compared with a handler written by hand. First
 * every contestant must give the same responses; then they take turns.
 */
process.env.AWS_LAMBDA_LOG_LEVEL = 'FATAL'; // No contestant logs.
const { contestants } = await import('./contestants.ts');
const { lambdaContext } = await import('@nanoservices/endpoint/testing');

const gameId = '01980000-0000-7000-8000-000000000001';
const headers = [
  ['host', 'api.example.com'],
  ['user-agent', 'Mozilla/5.0 (X11; Linux x86_64)'],
  ['accept', 'application/json'],
  ['accept-encoding', 'gzip, br'],
  ['x-forwarded-for', '203.0.113.7'],
  ['content-type', 'application/json'],
] as const;
const request = (body: unknown) =>
  httpEvent(
    { method: 'POST', url: `/games/${gameId}/scores`, headers, body: Buffer.from(JSON.stringify(body)) },
    { routeKey: 'POST /games/{gameId}/scores', pathParameters: { gameId } },
  );
const good = request({ player: 'Ann', score: 4711, tags: ['blitz', 'online'] });
const bad = request({ player: '', score: -1, tags: 'none' });
const context = lambdaContext('bench');

for (const { name, handler } of contestants) {
  const { statusCode, headers, body } = await handler(structuredClone(good), context);
  assert.equal(statusCode, 201, name);
  assert.equal(headers?.location ?? headers?.Location, `/games/${gameId}/scores`, name);
  assert.match(String(headers?.['content-type']), /^application\/json/, name);
  assert.deepEqual(
    JSON.parse(body as string),
    { gameId, player: 'Ann', score: 4711, tags: ['blitz', 'online'] },
    name,
  );
  assert.equal((await handler(structuredClone(bad), context)).statusCode, 400, name);
}

const results = await interleave(
  contestants.map(({ name, handler }) => ({
    name,
    // Some contestants change their event, so each request has a fresh one.
    run: () => handler({ ...good, headers: { ...good.headers } }, context),
  })),
  { rounds: 60, batch: 2000 },
);
publish({
  name: 'request',
  title: 'A validated POST',
  rows: compared(results, 'µs per request', 'bare handler'),
});
