import { line, Problem, Timestamp, Version } from '@nanoservices/endpoint';
import * as z from 'zod/mini';
import { CustomerId, OrderId } from './ids.ts';

/** The name of the item that is ordered. */
export const ItemName = line(100);

export const OrderStatus = z.enum(['open', 'paid', 'shipped']);
export type OrderStatus = z.output<typeof OrderStatus>;

export const NewOrder = z.strictObject({
  item: ItemName,
  quantity: z.int().check(z.minimum(1), z.maximum(1000)),
});
export type NewOrder = z.output<typeof NewOrder>;

export const Order = z.strictObject({
  ...NewOrder.shape,
  id: OrderId,
  customerId: CustomerId,
  status: OrderStatus,
  version: Version,
  createdAt: Timestamp,
});
export type Order = z.output<typeof Order>;

/** An order in the list of a customer's orders. */
export const OrderSummary = z.strictObject({ id: OrderId, item: ItemName, status: OrderStatus });
export type OrderSummary = z.output<typeof OrderSummary>;

export const OrderChanges = z
  .strictObject({ item: z.optional(ItemName), status: z.optional(OrderStatus) })
  .check(z.refine((changes) => Object.keys(changes).length > 0, 'At least one field is required'));
export type OrderChanges = z.output<typeof OrderChanges>;

export class OrderNotFound extends Problem {
  static override readonly type = 'order-not-found';
  static override readonly status = 404;
  static override readonly title = 'Order not found';
  constructor(id: OrderId) {
    super(`There is no order ${id}.`);
  }
}
