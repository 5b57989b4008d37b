import { endpoint } from '@nanoservices/endpoint';
import * as orders from '@shop/data-access/orders';
import { listCustomerOrders } from './contract.ts';

export const handler = endpoint(listCustomerOrders, ({ params, query }) =>
  orders.listOf(params.customerId, query),
);
