import { contract } from '@nanoservices/endpoint';
import { Order, OrderId, OrderNotFound } from '@shop/validation';
import * as z from 'zod/mini';

export const getOrder = contract({
  name: 'get-order',
  method: 'GET',
  path: '/orders/{orderId}',
  summary: 'Read an order',
  params: z.strictObject({ orderId: OrderId }),
  response: Order,
  etag: 'version',
  problems: [OrderNotFound],
  access: 'public',
  database: { 'orders.orders': ['select'] },
});
