import { contract } from '@nanoservices/endpoint';
import { Order, OrderChanges, OrderId, OrderNotFound } from '@shop/validation';
import * as z from 'zod/mini';

export const updateOrder = contract({
  name: 'update-order',
  method: 'PATCH',
  path: '/orders/{orderId}',
  summary: 'Change an order of the caller',
  params: z.strictObject({ orderId: OrderId }),
  body: OrderChanges,
  ifMatch: true,
  response: Order,
  etag: 'version',
  problems: [OrderNotFound],
  access: 'user',
  database: { 'orders.orders': ['select', 'update'] },
});
