import { type Caller, Forbidden } from '@nanoservices/endpoint';
import { CustomerId } from './ids.ts';
import type { Order } from './orders.ts';

/** The customer that a caller is. @throws Forbidden when the token's subject is no customer's id */
export function customerIdOf({ subject }: Caller): CustomerId {
  const id = CustomerId.safeParse(subject);
  if (!id.success) throw new Forbidden('The subject of this token is no customer of this shop.');
  return id.data;
}

/** An order is changed by its customer, or by an admin. @throws Forbidden */
export function mayChangeOrder({ subject, scopes }: Caller, { customerId }: Pick<Order, 'customerId'>): void {
  if (customerId === subject || scopes.includes('admin')) return;
  throw new Forbidden('Customers change only their own orders.');
}
