import { contract, PageQuery, page } from '@nanoservices/endpoint';
import { CustomerId, OrderSummary } from '@shop/validation';
import * as z from 'zod/mini';

export const listCustomerOrders = contract({
  name: 'list-customer-orders',
  method: 'GET',
  path: '/customers/{customerId}/orders',
  summary: 'List the orders of a customer, the newest first',
  params: z.strictObject({ customerId: CustomerId }),
  query: PageQuery,
  response: page(OrderSummary),
  access: 'user',
  database: { 'orders.orders': ['select'] },
});
