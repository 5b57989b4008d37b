/** The smallest application with a table: `orders`. Files, by their path in the workspace. */
export const libs: Readonly<Record<string, string>> = {
  'libs/validation/package.json': JSON.stringify(
    {
      name: '@store/validation',
      version: '0.0.0',
      private: true,
      type: 'module',
      sideEffects: false,
      exports: { '.': './src/index.ts' },
      dependencies: { '@nanoservices/endpoint': '*', zod: '^4.6.7' },
      schemas: {},
    },
    null,
    2,
  ),
  'libs/validation/src/index.ts': `
import { line, Problem } from '@nanoservices/endpoint';
import * as z from 'zod/mini';

export const OrderId = z.uuidv7();

export const NewOrder = z.strictObject({ item: line(100) });

export const Order = z.strictObject({ ...NewOrder.shape, id: OrderId });
export type Order = z.output<typeof Order>;

export class OrderNotFound extends Problem {
  static override readonly type = 'order-not-found';
  static override readonly status = 404;
  static override readonly title = 'Order not found';
}
`,
  'libs/data-access/package.json': JSON.stringify(
    {
      name: '@store/data-access',
      version: '0.0.0',
      private: true,
      type: 'module',
      sideEffects: false,
      exports: { './orders': './src/orders.ts' },
      dependencies: { '@nanoservices/postgres': '*', '@store/validation': '*', uuid: '^14.0.3' },
      database: { migrations: './migrations' },
    },
    null,
    2,
  ),
  'libs/data-access/migrations/1790000000001_orders.sql': `
-- Up Migration
CREATE SCHEMA orders;
CREATE TABLE orders.orders (id uuid PRIMARY KEY, item text NOT NULL);

-- Down Migration
DROP SCHEMA orders CASCADE;
`,
  'libs/data-access/src/orders.ts': `
import { read, transaction } from '@nanoservices/postgres';
import type { Order } from '@store/validation';
import { v7 as uuidv7 } from 'uuid';

export async function find(id: string): Promise<Order | undefined> {
  const [order] = await read<Order>('SELECT id, item FROM orders.orders WHERE id = $1', [id]);
  return order;
}

export async function create(item: string): Promise<Order> {
  const order = { id: uuidv7(), item };
  await transaction((query) =>
    query('INSERT INTO orders.orders (id, item) VALUES ($1, $2)', [order.id, order.item]),
  );
  return order;
}
`,
};

/** The generated endpoints, with work to do. */
export const endpoints: Readonly<Record<string, string>> = {
  'functions/orders/create-order/src/contract.ts': `
import { contract } from '@nanoservices/endpoint';
import { NewOrder, Order } from '@store/validation';

export const createOrder = contract({
  name: 'create-order',
  method: 'POST',
  path: '/orders',
  summary: 'Create an order',
  body: NewOrder,
  response: Order,
  status: 201,
  access: 'user',
  database: { 'orders.orders': ['insert'] },
});
`,
  'functions/orders/create-order/src/handler.ts': `
import { endpoint } from '@nanoservices/endpoint';
import * as orders from '@store/data-access/orders';
import { createOrder } from './contract.ts';

export const handler = endpoint(createOrder, ({ body }) => orders.create(body.item));
`,
  'functions/orders/create-order/src/handler.spec.ts': `
import { sender } from '@nanoservices/endpoint/testing';
import { expect, it } from 'vitest';
import { createOrder } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(createOrder, handler);

it('creates an order', async () => {
  const { status, body } = await send({ body: { item: 'Apples' } });
  expect({ status, body }).toMatchObject({ status: 201, body: { item: 'Apples' } });
});
`,
  'functions/orders/get-order/src/contract.ts': `
import { contract } from '@nanoservices/endpoint';
import { Order, OrderId, OrderNotFound } from '@store/validation';
import * as z from 'zod/mini';

export const getOrder = contract({
  name: 'get-order',
  method: 'GET',
  path: '/orders/{orderId}',
  summary: 'Read an order',
  params: z.strictObject({ orderId: OrderId }),
  response: Order,
  problems: [OrderNotFound],
  access: 'public',
  database: { 'orders.orders': ['select'] },
});
`,
  'functions/orders/get-order/src/handler.ts': `
import { endpoint } from '@nanoservices/endpoint';
import * as orders from '@store/data-access/orders';
import { OrderNotFound } from '@store/validation';
import { getOrder } from './contract.ts';

export const handler = endpoint(getOrder, async ({ params }) => {
  const order = await orders.find(params.orderId);
  if (!order) throw new OrderNotFound(\`There is no order \${params.orderId}.\`);
  return order;
});
`,
  'functions/orders/get-order/src/handler.spec.ts': `
import { sender } from '@nanoservices/endpoint/testing';
import * as orders from '@store/data-access/orders';
import { expect, it } from 'vitest';
import { getOrder } from './contract.ts';
import { handler } from './handler.ts';

const send = sender(getOrder, handler);

it('reads an order', async () => {
  const order = await orders.create('Apples');
  expect((await send({ params: { orderId: order.id } })).body).toEqual(order);
});

it('responds 404 when there is none', async () => {
  const { status } = await send({ params: { orderId: '01980000-0000-7000-8000-0000000000ff' } });
  expect(status).toBe(404);
});
`,
};
