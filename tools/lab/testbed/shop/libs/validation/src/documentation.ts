import type { Problem } from '@nanoservices/endpoint';
import { CustomerNotFound } from './customers.ts';
import { CustomerId, OrderId } from './ids.ts';
import { OrderNotFound } from './orders.ts';

const customerId = CustomerId.parse('01980000-0000-7000-8000-00000000000c');
const orderId = OrderId.parse('01980000-0000-7000-8000-0000000000a1');

/** Keywords of JSON Schema, by the name of the schema's export. */
export const documentation: Readonly<Record<string, object>> = {
  CustomerId: { description: "A customer's id: a UUID version 7.", examples: [customerId] },
  OrderId: { description: "An order's id: a UUID version 7.", examples: [orderId] },
  ItemName: { description: 'One line of text.', maxLength: 100, examples: ['Apples'] },
  OrderStatus: { examples: ['open'] },
  NewOrder: { examples: [{ item: 'Apples', quantity: 3 }] },
  OrderChanges: { description: 'At least one field.', minProperties: 1, examples: [{ status: 'paid' }] },
};

/** An example of every problem of the shop. */
export const problemExamples: readonly Problem[] = [
  new CustomerNotFound(customerId),
  new OrderNotFound(orderId),
];
