import { line, Problem, page } from '@nanoservices/endpoint';
import * as z from 'zod/mini';
import { CustomerId } from './ids.ts';
import { OrderSummary } from './orders.ts';

export const Customer = z.strictObject({ id: CustomerId, name: line(100) });
export type Customer = z.output<typeof Customer>;

/** A customer with their orders, or with a note that the orders could not be read in time. */
export const CustomerProfile = z.strictObject({
  ...Customer.shape,
  orders: z.discriminatedUnion('status', [
    z.strictObject({ status: z.literal('available'), ...page(OrderSummary).shape }),
    z.strictObject({ status: z.literal('unavailable') }),
  ]),
});
export type CustomerProfile = z.output<typeof CustomerProfile>;

export class CustomerNotFound extends Problem {
  static override readonly type = 'customer-not-found';
  static override readonly status = 404;
  static override readonly title = 'Customer not found';
  constructor(id: CustomerId) {
    super(`There is no customer ${id}.`);
  }
}
