import { read } from '@nanoservices/postgres';
import type { Customer, CustomerId } from '@shop/validation';

export async function find(id: CustomerId): Promise<Customer | undefined> {
  const [row] = await read<Customer>('SELECT id, name FROM customers.customers WHERE id = $1', [id]);
  return row;
}
