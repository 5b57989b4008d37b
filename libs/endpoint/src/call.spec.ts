import { UserId, UserNotFound } from '@nanoservices/validation';
import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { CallFailed, contract, endpoint } from './index.ts';
import { fakeLambda, lambdaContext, sender, testUser } from './testing/index.ts';

vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');

const callee = contract({
  name: 'read-thing',
  method: 'GET',
  path: '/users/{userId}/things',
  summary: 'Read things',
  params: z.strictObject({ userId: UserId }),
  query: z.strictObject({ tag: z.optional(z.array(z.string())) }),
  response: z.strictObject({ things: z.array(z.string()) }),
  problems: [UserNotFound],
  access: 'user',
});
const calleeHandler = endpoint(callee, async ({ params, query, caller }) => {
  if (params.userId !== testUser) throw new UserNotFound(params.userId);
  return { things: [...(query.tag ?? []), caller.userId] };
});

const caller = contract({
  name: 'caller',
  method: 'GET',
  path: '/call',
  summary: 'Call',
  query: z.strictObject({ id: z.optional(z.string()) }),
  response: z.unknown(),
  access: 'user',
  calls: [callee],
});
const send = sender(
  caller,
  endpoint(caller, async ({ query, call }) => {
    try {
      const params = { userId: query.id ?? testUser };
      return await call(callee, { params, query: { tag: ['a,b', 'c'] }, timeoutMs: 500 });
    } catch (error) {
      if (error instanceof UserNotFound) return `not found: ${error.message}`;
      if (error instanceof CallFailed) return `failed: ${(error.cause as Error).message}`;
      throw error;
    }
  }),
);

let lambda: Awaited<ReturnType<typeof fakeLambda>> | undefined;
afterEach(async () => {
  await lambda?.close();
  lambda = undefined;
});

const runCallee = (_: string, event: unknown) =>
  calleeHandler(event as never, lambdaContext('read-thing'), () => {});

it('invokes the callee’s function with the request, as the same user', async () => {
  lambda = await fakeLambda(runCallee);
  expect((await send()).body).toEqual({ things: ['a,b', 'c', testUser] });
});

it('signs the invocation with Signature Version 4', async () => {
  let authorization: unknown;
  lambda = await fakeLambda((name, event, request) => {
    authorization = request.headers.authorization;
    return runCallee(name, event);
  });
  await send();
  expect(authorization).toMatch(
    /^AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/lambda\/aws4_request, SignedHeaders=[a-z0-9;-]+, Signature=[0-9a-f]{64}$/,
  );
});

it('finds the callee under the name that deployment gave it', async () => {
  vi.stubEnv('FUNCTION_READ_THING', 'shop-prod-things:live');
  const names: string[] = [];
  lambda = await fakeLambda((name, event) => {
    names.push(name);
    return runCallee(name, event);
  });
  await send();
  vi.stubEnv('FUNCTION_READ_THING', undefined);
  await send();
  expect(names).toEqual(['shop-prod-things:live', 'read-thing']);
});

it('throws the callee’s declared problems as instances of their classes', async () => {
  lambda = await fakeLambda(runCallee);
  const id = '01980000-0000-7000-8000-0000000000ff';
  expect((await send({ query: { id } })).body).toBe(`not found: There is no user ${id}.`);
});

it.each([
  ['has an error', () => Promise.reject(new Error('boom')), /read-thing failed: .*boom/],
  ['is against its contract', () => ({ statusCode: 200, body: '{"things":[1]}' }), /expected string/],
  ['is no HTTP answer', () => ({ hello: 'world' }), /statusCode/],
  [
    'is an undeclared problem',
    () => ({ statusCode: 500, body: '{"type":"about:blank","title":"X","status":500}' }),
    /X/,
  ],
  ['is not JSON inside', () => ({ statusCode: 200, body: '<html>' }), /JSON/],
])('says that the call failed when the callee’s answer %s', async (_, answer, message) => {
  lambda = await fakeLambda(answer);
  expect((await send()).body).toMatch(message);
});

it('gives up after its timeout', async () => {
  lambda = await fakeLambda(() => new Promise(() => {}));
  const startedAt = performance.now();
  expect((await send()).body).toMatch(/^failed: .*timeout/);
  expect(performance.now() - startedAt).toBeLessThan(2000);
});

it('gives up while the caller still has time to answer', async () => {
  lambda = await fakeLambda(() => new Promise(() => {}));
  const startedAt = performance.now();
  expect((await send({}, { remainingTimeMs: 250 })).body).toMatch(/^failed: .*timeout/);
  expect(performance.now() - startedAt).toBeLessThan(250);
});

it('says that the call failed when Lambda cannot be reached', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', 'http://127.0.0.1:9');
  expect((await send()).body).toMatch(/^failed: /);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', undefined);
});

it('answers 503 when a handler does not catch the failure', async () => {
  const careless = contract({ ...caller, name: 'careless' });
  const answer = await sender(
    careless,
    endpoint(careless, ({ call }) => call(callee, { params: { userId: testUser } })),
  )({}, { remainingTimeMs: 0 });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
});
