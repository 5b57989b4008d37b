import { endpoint } from '@nanoservices/endpoint';
import * as orders from '@shop/data-access/orders';
import { listOrders } from './contract.ts';

export const handler = endpoint(listOrders, ({ query: { status, ...page } }) =>
  orders.list({ ...page, statuses: status }),
);
