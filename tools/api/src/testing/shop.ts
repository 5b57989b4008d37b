import { line, Problem, Timestamp, Version } from '@nanoservices/endpoint';
import type { ApiDocumentation } from '@nanoservices/model';
import * as z from 'zod/mini';

// The schema package of a small application, as `documentation()` of a workspace gives it.

const OrderId = z.uuidv7().brand<'OrderId'>();
const OrderNote = line(100);
const OrderStatus = z.enum(['open', 'sent']);
const NewOrder = z.strictObject({ note: OrderNote, weightKg: z.int().check(z.minimum(1), z.maximum(30)) });
const Order = z.strictObject({
  ...NewOrder.shape,
  id: OrderId,
  status: OrderStatus,
  version: Version,
  createdAt: Timestamp,
});
const OrderChanges = z
  .strictObject({ note: z.optional(OrderNote), status: z.optional(OrderStatus) })
  .check(z.refine((changes) => Object.keys(changes).length > 0, 'At least one field is required'));

class OrderNotFound extends Problem {
  static override readonly type = 'order-not-found';
  static override readonly status = 404;
  static override readonly title = 'Order not found';
}

class OrderTooHeavy extends Problem {
  static override readonly type = 'order-too-heavy';
  static override readonly status = 409;
  static override readonly title = 'Order is too heavy';
  constructor(limitKg: number) {
    super(`An order weighs ${limitKg} kg at most.`);
  }
}

export const schemas = {
  NewOrder,
  Order,
  OrderChanges,
  OrderId,
  OrderNote,
  OrderNotFound,
  OrderStatus,
  OrderTooHeavy,
};

export const documentation: ApiDocumentation = {
  schemas,
  keywords: {
    OrderId: {
      description: 'The id of an order: a UUID version 7.',
      examples: ['01980000-0000-7000-8000-0000000000a1'],
    },
    OrderNote: { maxLength: 100, examples: ['Leave it at the door'] },
    OrderChanges: { minProperties: 1 },
  },
  problems: [new OrderNotFound('There is no such order.'), new OrderTooHeavy(30)],
};
