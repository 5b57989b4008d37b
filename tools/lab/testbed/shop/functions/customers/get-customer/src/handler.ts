import { CallFailed, endpoint } from '@nanoservices/endpoint';
import * as customers from '@shop/data-access/customers';
import { listCustomerOrders } from '@shop/list-customer-orders/contract';
import { CustomerNotFound, type CustomerProfile } from '@shop/validation';
import { getCustomer } from './contract.ts';

export const handler = endpoint(getCustomer, async ({ params, call }) => {
  const customer = await customers.find(params.customerId);
  if (!customer) throw new CustomerNotFound(params.customerId);
  const orders = await call(listCustomerOrders, { params, timeoutMs: 30_000 }).then(available, unavailable);
  return { ...customer, orders };
});

type Orders = CustomerProfile['orders'];

function available(page: Omit<Extract<Orders, { status: 'available' }>, 'status'>): Orders {
  return { status: 'available', ...page };
}

function unavailable(error: unknown): Orders {
  if (error instanceof CallFailed) return { status: 'unavailable' };
  throw error;
}
