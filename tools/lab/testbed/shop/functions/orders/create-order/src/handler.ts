import { endpoint, reply } from '@nanoservices/endpoint';
import * as orders from '@shop/data-access/orders';
import { customerIdOf } from '@shop/validation';
import { createOrder } from './contract.ts';

export const handler = endpoint(createOrder, async ({ body, headers, caller }) => {
  const order = await orders.create(body, customerIdOf(caller), headers['idempotency-key']);
  return reply(order, { headers: { location: `/orders/${order.id}` } });
});
