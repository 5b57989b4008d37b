import { contract, PageQuery, page } from '@nanoservices/endpoint';
import { Order, OrderStatus } from '@shop/validation';
import * as z from 'zod/mini';

export const listOrders = contract({
  name: 'list-orders',
  method: 'GET',
  path: '/orders',
  summary: 'List orders, the newest first, all or those in some statuses',
  query: z.strictObject({ ...PageQuery.shape, status: z.optional(z.array(OrderStatus)) }),
  response: page(Order),
  access: 'public',
  database: { 'orders.orders': ['select'] },
});
