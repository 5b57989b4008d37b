import {
  type Caller,
  type IfMatch,
  type Page,
  type PageQuery,
  PreconditionFailed,
} from '@nanoservices/endpoint';
import { createOnce, pageOf, read, transaction } from '@nanoservices/postgres';
import {
  type CustomerId,
  mayChangeOrder,
  type NewOrder,
  type Order,
  type OrderChanges,
  type OrderId,
  OrderNotFound,
  type OrderStatus,
  type OrderSummary,
} from '@shop/validation';
import { v7 as uuidv7 } from 'uuid';

const columns = `id, customer_id AS "customerId", item, quantity, status, version, created_at AS "createdAt"`;

export async function find(id: OrderId): Promise<Order | undefined> {
  const [row] = await read<OrderRow>(`SELECT ${columns} FROM orders.orders WHERE id = $1`, [id]);
  return row && toOrder(row);
}

/** A page of the orders in one of `statuses` (without it: of all orders), the newest first. */
export async function list({
  limit,
  cursor,
  statuses,
}: PageQuery & { statuses?: readonly OrderStatus[] | undefined }): Promise<Page<Order>> {
  const rows = await read<OrderRow>(
    `SELECT ${columns} FROM orders.orders
     WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text[] IS NULL OR status = ANY ($2))
     ORDER BY id DESC LIMIT $3`,
    [cursor ?? null, statuses ?? null, limit + 1],
  );
  return pageOf(rows.map(toOrder), limit);
}

/** A page of a customer's orders, the newest first. */
export async function listOf(
  customerId: CustomerId,
  { limit, cursor }: PageQuery,
): Promise<Page<OrderSummary>> {
  const rows = await read<OrderSummary>(
    `SELECT id, item, status FROM orders.orders
     WHERE customer_id = $1 AND ($2::uuid IS NULL OR id < $2)
     ORDER BY id DESC LIMIT $3`,
    [customerId, cursor ?? null, limit + 1],
  );
  return pageOf(rows, limit);
}

/** @throws IdempotencyKeyReused */
export function create(body: NewOrder, customerId: CustomerId, key: string | undefined): Promise<Order> {
  return createOnce('orders.idempotency_keys', { owner: customerId, key, body }, async (query) => {
    const [row] = await query<OrderRow>(
      `INSERT INTO orders.orders (id, customer_id, item, quantity) VALUES ($1, $2, $3, $4) RETURNING ${columns}`,
      [uuidv7(), customerId, body.item, body.quantity],
    );
    return toOrder(row as OrderRow);
  });
}

/** @throws OrderNotFound, Forbidden, PreconditionFailed */
export function update(caller: Caller, id: OrderId, changes: OrderChanges, ifMatch: IfMatch): Promise<Order> {
  return transaction(async (query) => {
    const [current] = await query<Pick<Order, 'customerId' | 'version'>>(
      'SELECT customer_id AS "customerId", version FROM orders.orders WHERE id = $1 FOR UPDATE',
      [id],
    );
    if (!current) throw new OrderNotFound(id);
    mayChangeOrder(caller, current);
    if (ifMatch !== '*' && !ifMatch.includes(current.version)) throw new PreconditionFailed();
    const [row] = await query<OrderRow>(
      `UPDATE orders.orders
       SET item = coalesce($2, item), status = coalesce($3, status), version = version + 1
       WHERE id = $1 RETURNING ${columns}`,
      [id, changes.item ?? null, changes.status ?? null],
    );
    return toOrder(row as OrderRow);
  });
}

/** @throws OrderNotFound */
export async function remove(id: OrderId): Promise<void> {
  const removed = await transaction((query) =>
    query('DELETE FROM orders.orders WHERE id = $1 RETURNING 1', [id]),
  );
  if (removed.length === 0) throw new OrderNotFound(id);
}

type OrderRow = Omit<Order, 'createdAt'> & { createdAt: Date };

function toOrder(row: OrderRow): Order {
  return { ...row, createdAt: row.createdAt.toISOString() };
}
