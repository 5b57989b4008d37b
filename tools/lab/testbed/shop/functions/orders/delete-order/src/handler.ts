import { endpoint } from '@nanoservices/endpoint';
import * as orders from '@shop/data-access/orders';
import { deleteOrder } from './contract.ts';

export const handler = endpoint(deleteOrder, ({ params }) => orders.remove(params.orderId));
