import { endpoint } from '@nanoservices/endpoint';
import * as orders from '@shop/data-access/orders';
import { updateOrder } from './contract.ts';

export const handler = endpoint(updateOrder, ({ params, body, ifMatch, caller }) =>
  orders.update(caller, params.orderId, body, ifMatch),
);
