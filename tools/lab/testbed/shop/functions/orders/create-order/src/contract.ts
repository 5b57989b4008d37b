import { contract, IdempotencyKey, IdempotencyKeyReused } from '@nanoservices/endpoint';
import { NewOrder, Order } from '@shop/validation';
import * as z from 'zod/mini';

export const createOrder = contract({
  name: 'create-order',
  method: 'POST',
  path: '/orders',
  summary: 'Create an order of the caller',
  headers: z.object({ 'idempotency-key': z.optional(IdempotencyKey) }),
  body: NewOrder,
  response: Order,
  status: 201,
  etag: 'version',
  problems: [IdempotencyKeyReused],
  access: 'user',
  database: {
    'orders.orders': ['select', 'insert'],
    'orders.idempotency_keys': ['select', 'insert', 'update', 'delete'],
  },
});
