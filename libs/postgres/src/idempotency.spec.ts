import { randomBytes } from 'node:crypto';
import { IdempotencyKeyReused } from '@nanoservices/endpoint';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { transaction } from './connection.ts';
import { createOnce, forgetKeys } from './idempotency.ts';
import { createEmptyDatabase, type EmptyDatabase } from './testing/empty-database.ts';

const table = 'orders.idempotency_keys';
let database: EmptyDatabase;
let client: pg.Client;

beforeAll(async () => {
  database = await createEmptyDatabase();
  vi.stubEnv('DATABASE_URL', database.url);
  vi.stubEnv('DATABASE_POOL_SIZE', '20');
  client = new pg.Client({ connectionString: database.url });
  client.on('error', () => {});
  await client.connect();
  await client.query(`
    CREATE SCHEMA orders;
    CREATE TABLE orders.orders (id int GENERATED ALWAYS AS IDENTITY, item text NOT NULL UNIQUE);
    CREATE TABLE ${table} (
      caller text, key text, request_hash text, response json, created_at timestamptz DEFAULT now(),
      PRIMARY KEY (caller, key)
    );`);
});

beforeEach(() => client.query(`TRUNCATE orders.orders, ${table}`));

afterAll(async () => {
  vi.unstubAllEnvs();
  await client.end();
  await database.drop('force');
});

interface Order {
  readonly id: number;
  readonly item: string;
}

/** Creates an order; the item is unique, so that a second creation fails. */
const createOrder = ({ owner = 'auth0|1', key = 'k', item = 'chair', body = { item } as unknown } = {}) =>
  createOnce(table, { owner, key, body }, async (query) => {
    const [order] = await query<Order>('INSERT INTO orders.orders (item) VALUES ($1) RETURNING id, item', [
      item,
    ]);
    return order as Order;
  });
const countOrders = async () => (await client.query('SELECT FROM orders.orders')).rowCount;
const keys = async () =>
  (await client.query(`SELECT key FROM ${table} ORDER BY key`)).rows.map(({ key }) => key);

it('gives the same answer to the same key, and creates once', async () => {
  const first = await createOrder();
  expect(first).toEqual({ id: expect.any(Number), item: 'chair' });
  expect(await createOrder()).toEqual(first);
  expect(await countOrders()).toBe(1);
});

it('keeps the order of an answer’s keys', async () => {
  const create = () =>
    createOnce(table, { owner: 'auth0|1', key: 'k', body: {} }, async () => ({ z: 1, a: 2, m: [3] }));
  expect(JSON.stringify(await create())).toBe('{"z":1,"a":2,"m":[3]}');
  expect(JSON.stringify(await create())).toBe('{"z":1,"a":2,"m":[3]}');
});

it('refuses a key that came with another body', async () => {
  await createOrder();
  await expect(createOrder({ item: 'table' })).rejects.toThrow(IdempotencyKeyReused);
  expect(await countOrders()).toBe(1);
});

it('keeps the keys of different owners apart', async () => {
  const first = await createOrder({ owner: 'auth0|1', item: 'chair' });
  const second = await createOrder({ owner: 'auth0|2', item: 'table' });
  expect(second.id).not.toBe(first.id);
});

describe.each(['', undefined])('anonymous callers, with the owner %j,', (owner) => {
  const create = (item: string, body: unknown) =>
    createOnce(table, { owner, key: 'k', body }, async (query) => {
      const [order] = await query<Order>('INSERT INTO orders.orders (item) VALUES ($1) RETURNING id', [item]);
      return order?.id;
    });

  it('never get the response of each other, and leave no key', async () => {
    const body = { plan: 'basic' };
    expect(await create('chair', body)).not.toBe(await create('table', body));
    expect(await keys()).toEqual([]);
  });

  it('are not refused for the key of another', async () => {
    await create('chair', { item: 'chair' });
    await expect(create('table', { item: 'table' })).resolves.toEqual(expect.any(Number));
  });
});

describe('an owner', () => {
  const owners = async () =>
    (await client.query(`SELECT caller FROM ${table}`)).rows.map((row) => row.caller);
  const hashed = /^sha256:[\w+/]{43}=$/;

  it.each([
    ['a UUID', '01980000-0000-7000-8000-00000000000c'],
    ['of 255 characters, of three bytes each', '語'.repeat(255)],
    ['with other characters', 'auth0|Zoë 👋\n'],
  ])('is stored as it is: %s', async (_, owner) => {
    const first = await createOrder({ owner, key: 'k'.repeat(255) });
    expect(await createOrder({ owner, key: 'k'.repeat(255) })).toEqual(first);
    expect(await owners()).toEqual([owner]);
  });

  // Random text cannot be compressed, and PostgreSQL's limit is one of compressed bytes.
  const long = randomBytes(3000).toString('hex');

  it.each([
    ['with NUL', 'a\0b', 'a\0c'],
    ['longer than an index row', `${long}a`, `${long}b`],
    ['of 256 characters', `${'x'.repeat(255)}a`, `${'x'.repeat(255)}b`],
    ['with a lone surrogate', 'a\ud800', 'a\ud801'],
  ])('is stored as a hash, and differs from others: %s', async (_, owner, other) => {
    const first = await createOrder({ owner, item: 'chair' });
    expect(await createOrder({ owner, item: 'chair' })).toEqual(first);
    const second = await createOrder({ owner: other, item: 'table' });
    expect(second.id).not.toBe(first.id);
    expect(await owners()).toEqual([expect.stringMatching(hashed), expect.stringMatching(hashed)]);
  });

  it('differs from the stored hash of another', async () => {
    const first = await createOrder({ owner: 'a\0b', item: 'chair' });
    const [hash] = await owners();
    const second = await createOrder({ owner: hash, item: 'table' });
    expect(second.id).not.toBe(first.id);
  });
});

describe('an owner who is deleted', () => {
  it.each(['auth0|1', 'a\0b', 'x'.repeat(300)])('leaves no key: %j', async (owner) => {
    await createOrder({ owner, key: 'a', item: 'chair' });
    await createOrder({ owner: 'another', key: 'b', item: 'table' });
    await transaction((query) => forgetKeys(table, owner, query));
    expect(await keys()).toEqual(['b']);
  });

  it('is not forgotten when the transaction is rolled back', async () => {
    await createOrder({ key: 'a' });
    const failing = transaction(async (query) => {
      await forgetKeys(table, 'auth0|1', query);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await keys()).toEqual(['a']);
  });
});

it('creates each time without a key', async () => {
  const create = (item: string) =>
    createOnce(table, { owner: 'auth0|1', key: undefined, body: {} }, (query) =>
      query('INSERT INTO orders.orders (item) VALUES ($1)', [item]),
    );
  await create('chair');
  await create('table');
  expect(await countOrders()).toBe(2);
  expect(await keys()).toEqual([]);
});

it('creates one for 20 requests at once', async () => {
  const orders = await Promise.all(Array.from({ length: 20 }, () => createOrder()));
  expect(new Set(orders.map(({ id }) => id)).size).toBe(1);
  expect(await countOrders()).toBe(1);
});

it('remembers no key of a request that failed', async () => {
  await createOrder({ key: 'first', item: 'chair' });
  await expect(createOrder({ key: 'second', item: 'chair' })).rejects.toMatchObject({ code: '23505' });
  expect(await keys()).toEqual(['first']);
  expect(await createOrder({ key: 'second', item: 'table' })).toMatchObject({ item: 'table' });
});

it('keeps a key for 24 hours, and forgets it afterwards', async () => {
  const age = (key: string, interval: string) =>
    client.query(`UPDATE ${table} SET created_at = now() - $2::interval WHERE key = $1`, [key, interval]);
  const kept = await createOrder({ key: 'kept', item: 'chair' });
  const expired = await createOrder({ key: 'expired', item: 'table' });
  await age('kept', '23 hours 59 minutes');
  await age('expired', '24 hours 1 second');
  expect(await createOrder({ key: 'kept', item: 'chair' })).toEqual(kept);
  expect(await keys()).toEqual(['kept']);
  const again = await createOrder({ key: 'expired', item: 'lamp' });
  expect(again.id).not.toBe(expired.id);
});

it('does not count a key that has expired, however many are older, not even at once', async () => {
  await client.query(
    `INSERT INTO ${table} SELECT 'auth0|1', 'k' || n, 'hash', '"expired"', now() - interval '3 days' + n * interval '1 minute'
     FROM generate_series(1, 100) AS n`,
  );
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => createOrder({ key: 'k100', item: 'lamp' })),
  );
  expect(new Set(answers.map(({ item }) => item))).toEqual(new Set(['lamp']));
  expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
  const many = Array.from({ length: 100 }, (_, n) => createOrder({ key: `k${99 - n}`, item: `chair ${n}` }));
  expect(new Set((await Promise.all(many)).map(({ id }) => id)).size).toBe(100);
});

it.each([
  'idempotency_keys',
  'orders.idempotency.keys',
  'Orders.idempotency_keys',
  'orders.keys; DROP TABLE orders.orders',
  'orders.keys--',
  '"orders".keys',
  '',
])('refuses a table name that is not schema.table: %s', (name) => {
  const create = vi.fn();
  expect(() => createOnce(name, { owner: '', key: 'k', body: {} }, create)).toThrow(TypeError);
  expect(() => createOnce(name, { owner: '', key: undefined, body: {} }, create)).toThrow(/schema\.table/);
  expect(create).not.toHaveBeenCalled();
});
