import { endpoint } from '@nanoservices/endpoint';
import * as orders from '@shop/data-access/orders';
import { OrderNotFound } from '@shop/validation';
import { getOrder } from './contract.ts';

export const handler = endpoint(getOrder, async ({ params }) => {
  const order = await orders.find(params.orderId);
  if (!order) throw new OrderNotFound(params.orderId);
  return order;
});
