import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createEmptyDatabase, type EmptyDatabase } from '../testing/empty-database.ts';
import { migrate, migrationsHash } from './migrate.ts';

const migrations = {
  '1767225600001_customers': `-- Up Migration
CREATE SCHEMA customers;
CREATE TABLE customers.customers (id uuid PRIMARY KEY);
-- Down Migration
DROP SCHEMA customers CASCADE;
`,
  '1767225600002_orders': `-- Up Migration
CREATE SCHEMA orders;
CREATE TABLE orders.orders (id uuid PRIMARY KEY);
CREATE TABLE orders.items (order_id uuid REFERENCES orders.orders (id));
-- Down Migration
DROP SCHEMA orders CASCADE;
`,
};
const names = Object.keys(migrations);

let folder: string;
let dir: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrate-'));
  dir = join(folder, 'migrations');
  await mkdir(dir);
  for (const [name, sql] of Object.entries(migrations)) await write(name, sql);
});
afterEach(() => rm(folder, { recursive: true }));

const write = (name: string, sql: string, to = dir) => writeFile(join(to, `${name}.sql`), sql);

describe('migrate()', () => {
  let database: EmptyDatabase;
  let client: pg.Client;
  beforeEach(async () => {
    database = await createEmptyDatabase();
    client = new pg.Client({ connectionString: database.url });
    await client.connect();
  });
  afterEach(async () => {
    await client.end();
    await database.drop();
  });

  const tables = async () =>
    (
      await client.query(
        `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
         WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1`,
      )
    ).rows.map(({ name }) => name);
  const all = ['customers.customers', 'orders.items', 'orders.orders', 'public.migrations'];

  it('has no session any more when it returns, and none when it throws', async () => {
    const others = async () =>
      (
        await client.query(
          `SELECT count(*)::int AS count FROM pg_stat_activity
           WHERE datname = current_database() AND pid <> pg_backend_pid()`,
        )
      ).rows[0].count;
    await migrate(database.url, dir);
    expect(await others()).toBe(0);
    await write('1767225600003_wrong', 'SELECT wrong;');
    await expect(migrate(database.url, dir)).rejects.toThrow('wrong');
    expect(await others()).toBe(0);
  });

  it('applies every migration once, also when three runs begin together', async () => {
    const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url, dir)));
    expect(applied.map((list) => list.length).sort()).toEqual([0, 0, names.length]);
    expect(applied.flat()).toEqual(names);
    expect(await tables()).toEqual(all);
  });

  it('applies only what is new', async () => {
    await migrate(database.url, dir);
    await write('1767225600003_notes', 'CREATE TABLE orders.notes ();');
    expect(await migrate(database.url, dir)).toEqual(['1767225600003_notes']);
    expect(await migrate(database.url, dir)).toEqual([]);
  });

  it('applies nothing when one migration fails', async () => {
    await write('1767225600003_wrong', 'CREATE TABLE nowhere.notes ();');
    await expect(migrate(database.url, dir)).rejects.toThrow(/nowhere/);
    expect((await tables()).filter((name) => name !== 'public.migrations')).toEqual([]);
  });

  it('refuses an unapplied migration before an applied one', async () => {
    await migrate(database.url, dir);
    await write('1767225600000_late', 'CREATE TABLE public.late ();');
    await expect(migrate(database.url, dir)).rejects.toThrow(/1767225600000_late/);
    expect(await tables()).toEqual(all);
  });

  it('has nothing to do for a folder that is empty or does not exist', async () => {
    const empty = join(folder, 'empty');
    expect(await migrate(database.url, empty)).toEqual([]);
    await mkdir(empty);
    expect(await migrate(database.url, empty)).toEqual([]);
    expect(await tables()).toEqual([]);
  });
});

describe('the hash of migrations', () => {
  it('depends on nothing but the files', async () => {
    const copy = join(folder, 'copy');
    await mkdir(copy);
    for (const name of names.toReversed())
      await write(name, await readFile(join(dir, `${name}.sql`), 'utf8'), copy);
    const hash = await migrationsHash(dir);
    expect(hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await migrationsHash(dir)).toBe(hash);
    expect(await migrationsHash(copy)).toBe(hash);
  });

  it('changes with the content, the name and the number of files', async () => {
    const hashes = [await migrationsHash(dir)];
    await write('1767225600003_notes', '');
    hashes.push(await migrationsHash(dir));
    await write('1767225600003_notes', '-- Nothing');
    hashes.push(await migrationsHash(dir));
    await rm(join(dir, '1767225600003_notes.sql'));
    await write('1767225600003_other', '-- Nothing');
    hashes.push(await migrationsHash(dir));
    expect(new Set(hashes).size).toBe(4);
  });

  it('is the same for a folder that is empty or does not exist', async () => {
    const empty = join(folder, 'empty');
    const hash = await migrationsHash(empty);
    await mkdir(empty);
    expect(await migrationsHash(empty)).toBe(hash);
  });
});
