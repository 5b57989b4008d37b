import { contract } from '@nanoservices/endpoint';
import { OrderId, OrderNotFound } from '@shop/validation';
import * as z from 'zod/mini';

export const deleteOrder = contract({
  name: 'delete-order',
  method: 'DELETE',
  path: '/orders/{orderId}',
  summary: 'Delete an order',
  params: z.strictObject({ orderId: OrderId }),
  problems: [OrderNotFound],
  access: { scope: 'admin' },
  database: { 'orders.orders': ['select', 'delete'] },
});
