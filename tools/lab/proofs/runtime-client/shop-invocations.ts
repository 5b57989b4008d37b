import { httpEvent } from '@nanoservices/runtime/gateway';

/** An invocation of an endpoint of the shop. */
export interface ShopInvocation {
  readonly endpoint: string;
  readonly name: string;
  /** Event as JSON. */
  readonly event: string;
}

const carla = '01980000-0000-7000-8000-00000000000c';
const order = '01980000-0000-7000-8000-0000000000a1';
const missing = '01980000-0000-7000-8000-0000000000ff';

/** Requests that may be repeated: none of them changes what another one sees. */
export const shopInvocations: readonly ShopInvocation[] = [
  request('list-orders', 'a page', 'GET /orders', '/orders?limit=2&status=open'),
  request('list-orders', 'a bad query', 'GET /orders', '/orders?limit=many&colour=red'),
  request('get-order', 'an order', 'GET /orders/{orderId}', `/orders/${order}`, { orderId: order }),
  request('get-order', 'no order', 'GET /orders/{orderId}', `/orders/${missing}`, { orderId: missing }),
  request('get-order', 'a bad id', 'GET /orders/{orderId}', '/orders/1', { orderId: '1' }),
  { endpoint: 'get-order', name: 'an event of another service', event: '{"Records":[]}' },
  request('get-customer', 'a customer, with a call', 'GET /customers/{customerId}', `/customers/${carla}`, {
    customerId: carla,
  }),
  request(
    'list-customer-orders',
    'orders',
    'GET /customers/{customerId}/orders',
    `/customers/${carla}/orders`,
    {
      customerId: carla,
    },
  ),
  request('create-order', 'a bad body', 'POST /orders', '/orders', {}, '{"item":7}'),
  request('create-order', 'no JSON', 'POST /orders', '/orders', {}, '{"item":'),
  request(
    'update-order',
    'a stale version',
    'PATCH /orders/{orderId}',
    `/orders/${order}`,
    { orderId: order },
    '{"quantity":9}',
  ),
  request('delete-order', 'no order', 'DELETE /orders/{orderId}', `/orders/${missing}`, { orderId: missing }),
];

function request(
  endpoint: string,
  name: string,
  routeKey: string,
  url: string,
  pathParameters: Record<string, string> = {},
  body?: string,
): ShopInvocation {
  const [method = ''] = routeKey.split(' ');
  const headers: [string, string][] = [
    ['host', 'localhost'],
    ['if-match', '"99"'],
  ];
  const http = {
    method,
    url,
    headers: body === undefined ? headers : [...headers, ['content-type', 'application/json'] as const],
    body: body === undefined ? undefined : Buffer.from(body),
  };
  const claims = { sub: carla, scope: 'admin' };
  const event = httpEvent(http, { routeKey, pathParameters }, {
    jwt: { claims, scopes: ['admin'] },
  } as never);
  return { endpoint, name, event: JSON.stringify(event) };
}
