import { afterEach, expect, it, vi } from 'vitest';
import * as z from 'zod/mini';
import { CallFailed } from './call.ts';
import { contract } from './contract.ts';
import { endpoint } from './endpoint.ts';
import { fakeLambda } from './testing/fake-lambda.ts';
import { lambdaContext, sender, testSubject } from './testing/sender.ts';
import { CustomerNotFound, getCustomer, ida, listCustomerOrders } from './testing/shop.ts';

vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIDEXAMPLE');
vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'secret');

const calleeHandler = endpoint(listCustomerOrders, async ({ params, query, caller }) => {
  if (params.customerId !== ida) throw new CustomerNotFound(params.customerId);
  return { orders: [...(query.tag ?? []), caller.subject] };
});

const send = sender(
  getCustomer,
  endpoint(getCustomer, async ({ query, call }) => {
    try {
      const params = { customerId: query.id ?? ida };
      return await call(listCustomerOrders, { params, query: { tag: ['a,b', 'c'] }, timeoutMs: 500 });
    } catch (error) {
      if (error instanceof CustomerNotFound) return `not found: ${error.message}`;
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
  calleeHandler(event as never, lambdaContext('list-customer-orders'), () => {});

it('invokes the callee’s function with the request, on behalf of the same caller', async () => {
  lambda = await fakeLambda(runCallee);
  expect((await send()).body).toEqual({ orders: ['a,b', 'c', testSubject] });
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
  vi.stubEnv('FUNCTION_LIST_CUSTOMER_ORDERS', 'shop-prod-orders:live');
  const names: string[] = [];
  lambda = await fakeLambda((name, event) => {
    names.push(name);
    return runCallee(name, event);
  });
  await send();
  vi.stubEnv('FUNCTION_LIST_CUSTOMER_ORDERS', undefined);
  await send();
  expect(names).toEqual(['shop-prod-orders:live', 'list-customer-orders']);
});

it('throws the callee’s declared problems as instances of their classes', async () => {
  lambda = await fakeLambda(runCallee);
  const id = '01980000-0000-7000-8000-0000000000ff';
  expect((await send({ query: { id } })).body).toBe(`not found: There is no customer ${id}.`);
});

it.each([
  ['has an error', () => Promise.reject(new Error('boom')), /list-customer-orders failed: .*boom/],
  ['is against its contract', () => ({ statusCode: 200, body: '{"orders":[1]}' }), /expected string/],
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
  expect((await send()).body).toMatch(/^failed: .*timeout/);
});

it('gives up while the calling endpoint still has time to respond', async () => {
  lambda = await fakeLambda(() => new Promise(() => {}));
  const timeout = vi.spyOn(AbortSignal, 'timeout');
  expect((await send({}, { remainingTimeMs: 250 })).body).toMatch(/^failed: .*timeout/);
  // 100 ms of the time that is left are kept for the response.
  expect(timeout).toHaveBeenCalledOnce();
  expect(timeout.mock.calls[0]?.[0]).toBeLessThanOrEqual(150);
  timeout.mockRestore();
});

it('says that the call failed when Lambda cannot be reached', async () => {
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', 'http://127.0.0.1:9');
  expect((await send()).body).toMatch(/^failed: /);
  vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', undefined);
});

it('answers 503 when a handler does not catch the failure', async () => {
  const careless = contract({ ...getCustomer, name: 'careless' });
  const answer = await sender(
    careless,
    endpoint(careless, ({ call }) => call(listCustomerOrders, { params: { customerId: ida } })),
  )({}, { remainingTimeMs: 0 });
  expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
});

it.each([
  ['null members', { headers: null, cookies: null, isBase64Encoded: null }],
  ['a header in capitals', { headers: { 'Content-Type': 'application/json' } }],
])('reads an answer that API Gateway would take: %s', async (_, members) => {
  lambda = await fakeLambda(() => ({ statusCode: 200, body: '{"orders":[]}', ...members }));
  expect((await send()).body).toEqual({ orders: [] });
});

it('reads an answer of another media type, and sends headers in lower case', async () => {
  const base = { method: 'GET', summary: 'x', access: 'public' } as const;
  const headers = z.object({ 'x-tag': z.string() });
  const csv = { response: z.string(), contentType: 'text/csv' };
  const exportOrders = contract({ ...base, name: 'export-orders', path: '/export', headers, ...csv });
  const png = { response: z.instanceof(Uint8Array), contentType: 'image/png' };
  const getLabel = contract({ ...base, name: 'get-label', path: '/label', ...png });
  const callees = {
    'export-orders': endpoint(exportOrders, async ({ headers }) => `a,${headers['x-tag']}`),
    'get-label': endpoint(getLabel, async () => new Uint8Array([0, 255])),
  };
  lambda = await fakeLambda((name, event) =>
    callees[name as keyof typeof callees](event as never, lambdaContext(name), () => {}),
  );
  const caller = contract({
    ...base,
    name: 'caller',
    path: '/caller',
    response: z.unknown(),
    calls: [exportOrders, getLabel],
  });
  const handler = endpoint(caller, async ({ call }) => ({
    text: await call(exportOrders, { headers: { 'X-Tag': 'b' } as never }),
    bytes: [...(await call(getLabel, {}))],
  }));
  expect((await sender(caller, handler)()).body).toEqual({ text: 'a,b', bytes: [0, 255] });
});
