import { afterEach, expect, it, vi } from 'vitest';
import { CallFailed } from './call.ts';
import { endpoint } from './endpoint.ts';
import { eventOf } from './event.ts';
import { fuse } from './fuse.ts';
import { lambdaContext, testSubject } from './testing/sender.ts';
import { CustomerNotFound, getCustomer, ida, listCustomerOrders } from './testing/shop.ts';

vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'FATAL');
// Calls over the network fail.
vi.stubEnv('AWS_ENDPOINT_URL_LAMBDA', 'http://127.0.0.1:9');

let orders: () => Promise<string[]>;
const calleeHandler = endpoint(listCustomerOrders, async ({ params, caller }) => {
  if (params.customerId !== ida) throw new CustomerNotFound(params.customerId);
  return { orders: [...(await orders()), caller.subject] };
});
const callingHandler = endpoint(getCustomer, async ({ query, call }) => {
  try {
    return await call(listCustomerOrders, { params: { customerId: query.id as never }, timeoutMs: 200 });
  } catch (error) {
    if (error instanceof CustomerNotFound) return `not found: ${error.message}`;
    if (error instanceof CallFailed) return `failed: ${(error.cause as Error).message}`;
    throw error;
  }
});
const plainHandler = async () => {
  throw new Error('a plain handler that fails');
};

const handler = fuse([
  {
    name: 'list-customer-orders',
    route: 'GET /customers/{customerId}/orders',
    handler: calleeHandler as never,
  },
  { name: 'get-customer', route: 'GET /customer', handler: callingHandler as never },
  { name: 'plain', route: 'GET /plain', handler: plainHandler },
]);

const authorizer = { jwt: { claims: { sub: testSubject }, scopes: null } };
const context = () => lambdaContext('unit');
const call = async (id: string = ida) => {
  const event = await eventOf(getCustomer, { query: { id } }, { authorizer });
  const { statusCode, body } = (await handler(event, context())) as { statusCode: number; body: string };
  return { statusCode, body: JSON.parse(body) };
};

afterEach(() => {
  orders = async () => ['a'];
});
orders = async () => ['a'];

it('hands each request to the endpoint of its route', async () => {
  const event = await eventOf(listCustomerOrders, { params: { customerId: ida } }, { authorizer });
  expect(await handler(event, context())).toMatchObject({
    statusCode: 200,
    body: JSON.stringify({ orders: ['a', testSubject] }),
  });
});

it('has calls between its endpoints as function calls, on behalf of the same caller', async () => {
  expect((await call()).body).toEqual({ orders: ['a', testSubject] });
});

it('gives the calling endpoint the callee’s declared problems', async () => {
  const id = '01980000-0000-7000-8000-0000000000ff';
  expect((await call(id)).body).toBe(`not found: There is no customer ${id}.`);
});

it('validates the call as the callee does', async () => {
  expect((await call('me')).body).toMatch(/^failed: /);
});

it('says that the call failed when the callee has a bug, and is fine afterwards', async () => {
  orders = () => Promise.reject(new TypeError('bug'));
  expect((await call()).body).toMatch(/^failed: /);
  orders = async () => ['b'];
  expect((await call()).body).toEqual({ orders: ['b', testSubject] });
});

it('gives up after the call’s timeout', async () => {
  orders = () => new Promise(() => {});
  expect((await call()).body).toMatch(/^failed: .*timeout/);
});

it('passes on what a plain handler throws', async () => {
  const event = { ...(await eventOf(getCustomer, {})), routeKey: 'GET /plain' };
  await expect(handler(event, context())).rejects.toThrow('a plain handler that fails');
  expect((await call()).statusCode).toBe(200);
});

it('refuses a route that it has not, naming those it has', async () => {
  const event = { ...(await eventOf(getCustomer, {})), routeKey: '$default' };
  expect(() => handler(event, context())).toThrow(/no route "\$default"\. It has: GET \/customers/);
});

it('finds the route of an API whose mapping removes the beginning of the path', async () => {
  const handlers = ['/', '/v1/orders', '/v1/orders/{id}', '/{id}'].map((path) => ({
    ...{ name: path, route: `GET ${path}`, handler: () => path },
  }));
  const mapped = fuse(handlers);
  const send = (routeKey: string, stageVariables?: object) =>
    mapped({ routeKey, stageVariables } as never, context());
  const basePath = '/v1/orders';
  expect(send('GET /', { basePath })).toBe('/v1/orders');
  expect(send('GET /{id}', { basePath })).toBe('/v1/orders/{id}');
  expect(send('GET /{id}', { other: 'x' })).toBe('/{id}');
  expect(send('GET /')).toBe('/');
});
