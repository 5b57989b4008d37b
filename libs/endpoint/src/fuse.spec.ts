import { UserId, UserNotFound } from '@nanoservices/validation';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { eventOf } from './event.ts';
import { CallFailed, contract, endpoint, fuse } from './index.ts';
import { lambdaContext, testUser } from './testing/index.ts';

vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
// Whoever goes over the network fails.
vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', 'http://127.0.0.1:9');

const callee = contract({
  name: 'read-thing',
  method: 'GET',
  path: '/users/{userId}/things',
  summary: 'Read things',
  params: z.strictObject({ userId: UserId }),
  response: z.strictObject({ things: z.array(z.string()) }),
  problems: [UserNotFound],
  access: 'user',
});
const caller = contract({
  name: 'caller',
  method: 'POST',
  path: '/call',
  summary: 'Call',
  body: z.strictObject({ id: z.string() }),
  response: z.unknown(),
  access: 'user',
  calls: [callee],
});

let things: () => Promise<{ things: string[] }>;
const calleeHandler = endpoint(callee, async ({ params, caller }) => {
  if (params.userId !== testUser) throw new UserNotFound(params.userId);
  return { things: [...(await things()).things, caller.userId] };
});
const callerHandler = endpoint(caller, async ({ body, call }) => {
  try {
    return await call(callee, { params: { userId: body.id as never }, timeoutMs: 200 });
  } catch (error) {
    if (error instanceof UserNotFound) return `not found: ${error.message}`;
    if (error instanceof CallFailed) return `failed: ${(error.cause as Error).message}`;
    throw error;
  }
});
const plainHandler = async () => {
  throw new Error('a plain handler that fails');
};

const handler = fuse([
  { name: 'read-thing', route: 'GET /users/{userId}/things', handler: calleeHandler as never },
  { name: 'caller', route: 'POST /call', handler: callerHandler as never },
  { name: 'plain', route: 'GET /plain', handler: plainHandler },
]);

const authorizer = { jwt: { claims: { sub: testUser }, scopes: null } };
const context = () => lambdaContext('unit');
const call = async (id: string = testUser) => {
  const event = eventOf(caller, { body: { id } }, { authorizer });
  const { statusCode, body } = (await handler(event, context())) as { statusCode: number; body: string };
  return { statusCode, body: JSON.parse(body) };
};

afterEach(() => {
  things = async () => ({ things: ['a'] });
});
things = async () => ({ things: ['a'] });

it('hands each request to the endpoint of its route', async () => {
  const event = eventOf(callee, { params: { userId: testUser } }, { authorizer });
  expect(await handler(event, context())).toMatchObject({
    statusCode: 200,
    body: JSON.stringify({ things: ['a', testUser] }),
  });
});

it('has calls between its endpoints as function calls, on behalf of the same user', async () => {
  expect((await call()).body).toEqual({ things: ['a', testUser] });
});

it('gives the caller the callee’s declared problems', async () => {
  const id = '01980000-0000-7000-8000-0000000000ff';
  expect((await call(id)).body).toBe(`not found: There is no user ${id}.`);
});

it('validates the call as the callee does', async () => {
  expect((await call('me')).body).toMatch(/^failed: /);
});

it('says that the call failed when the callee has a bug, and is fine afterwards', async () => {
  things = () => Promise.reject(new TypeError('bug'));
  expect((await call()).body).toMatch(/^failed: /);
  things = async () => ({ things: ['b'] });
  expect((await call()).body).toEqual({ things: ['b', testUser] });
});

it('gives up after the call’s timeout', async () => {
  things = () => new Promise(() => {});
  const startedAt = performance.now();
  expect((await call()).body).toMatch(/^failed: .*timeout/);
  expect(performance.now() - startedAt).toBeLessThan(1000);
});

it('passes on what a plain handler throws, to its own caller', async () => {
  const event = { ...eventOf(caller, { body: {} }), routeKey: 'GET /plain' };
  await expect(handler(event, context())).rejects.toThrow('a plain handler that fails');
  expect((await call()).statusCode).toBe(200);
});

it('refuses a route that it has not, naming those it has', () => {
  const event = { ...eventOf(caller, { body: {} }), routeKey: '$default' };
  expect(() => handler(event, context())).toThrow(/no route "\$default"\. It has: GET \/users/);
});
