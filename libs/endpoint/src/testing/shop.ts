import * as z from 'zod/mini';
import { contract } from '../contract.ts';
import { Problem } from '../problem.ts';

// The shop of this package's specs.

export const CustomerId = z.uuidv7().check(z.toLowerCase()).brand<'CustomerId'>();
export type CustomerId = z.output<typeof CustomerId>;

/** The one customer. */
export const ida = CustomerId.parse('01980000-0000-7000-8000-00000000000a');

export class CustomerNotFound extends Problem {
  static override readonly type = 'customer-not-found';
  static override readonly status = 404;
  static override readonly title = 'Customer not found';
  constructor(id: string) {
    super(`There is no customer ${id}.`);
  }
}

export class CustomerExists extends Problem {
  static override readonly type = 'customer-exists';
  static override readonly status = 409;
  static override readonly title = 'Customer exists';
}

/** The callee. */
export const listCustomerOrders = contract({
  name: 'list-customer-orders',
  method: 'GET',
  path: '/customers/{customerId}/orders',
  summary: 'List the orders of a customer',
  params: z.strictObject({ customerId: CustomerId }),
  query: z.strictObject({ tag: z.optional(z.array(z.string())) }),
  response: z.strictObject({ orders: z.array(z.string()) }),
  problems: [CustomerNotFound],
  access: 'user',
});

/** The endpoint that calls {@link listCustomerOrders}. It takes any text as an id, so that a call can be invalid. */
export const getCustomer = contract({
  name: 'get-customer',
  method: 'GET',
  path: '/customer',
  summary: 'Read a customer with their orders',
  query: z.strictObject({ id: z.optional(z.string()) }),
  response: z.unknown(),
  access: 'user',
  calls: [listCustomerOrders],
});
