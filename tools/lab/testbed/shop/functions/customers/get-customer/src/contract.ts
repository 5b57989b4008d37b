import { contract } from '@nanoservices/endpoint';
import { listCustomerOrders } from '@shop/list-customer-orders/contract';
import { CustomerId, CustomerNotFound, CustomerProfile } from '@shop/validation';
import * as z from 'zod/mini';

export const getCustomer = contract({
  name: 'get-customer',
  method: 'GET',
  path: '/customers/{customerId}',
  summary: 'Read a customer with their orders',
  params: z.strictObject({ customerId: CustomerId }),
  response: CustomerProfile,
  problems: [CustomerNotFound],
  access: 'user',
  calls: [listCustomerOrders],
  database: { 'customers.customers': ['select'] },
});
