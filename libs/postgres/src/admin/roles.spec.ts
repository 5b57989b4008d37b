import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createEmptyDatabase, type EmptyDatabase } from '../testing/empty-database.ts';
import { asRole, databaseOf } from './connection-string.ts';
import { DatabaseMistake } from './database-mistake.ts';
import { type DatabaseRole, formatGrants, isWithin, parseGrants, unionOfGrants } from './grants.ts';
import { roleConfiguration } from './role-settings.ts';
import { applyRoles, connectionsOf, dropRoles, rolesWithPrefix } from './roles.ts';

// On a real PostgreSQL. Roles belong to the whole server, so their names are unique to this run.
const name = (role: string) => `spec-${process.pid}-${role}`;
const password = 'x-Y_0'.repeat(6);
const reader: DatabaseRole = { name: name('reader'), grants: { 'orders.orders': ['select'] } };
const superuser = new pg.Client({ connectionString: process.env.DATABASE_URL });
let database: EmptyDatabase;
let url: string;

// The owner of a stage's database is no superuser: it owns the database and its tables, and may create roles.
beforeAll(async () => {
  await superuser.connect();
  database = await createEmptyDatabase();
  const admin = pg.escapeIdentifier(name('admin'));
  await superuser.query(`CREATE ROLE ${admin} LOGIN CREATEROLE PASSWORD '${password}'`);
  await superuser.query(`ALTER DATABASE ${pg.escapeIdentifier(databaseOf(database.url))} OWNER TO ${admin}`);
  url = asRole(database.url, name('admin'), password);
  await asAdmin(`
    CREATE SCHEMA orders;
    CREATE TABLE orders.orders (id uuid PRIMARY KEY, note text);
    CREATE SCHEMA customers;
    CREATE TABLE customers.customers (id uuid PRIMARY KEY);
    CREATE TABLE public.migrations (name text);`);
});

afterAll(async () => {
  await dropRoles(url, [name('reader'), name('keeper'), name('counter')]);
  const { rows } = await superuser.query(
    `SELECT rolname FROM pg_roles WHERE rolname LIKE 'spec-${process.pid}-%'`,
  );
  await database.drop();
  await superuser.query(`DROP ROLE ${pg.escapeIdentifier(name('admin'))}`);
  await superuser.end();
  expect(rows).toEqual([{ rolname: name('admin') }]);
});

const apply = (role: DatabaseRole, mode: 'grant' | 'exact' = 'exact') =>
  applyRoles(url, [role], { mode, passwordOf: () => password });

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client(url);
  await client.connect();
  await client.query(statement);
  await client.end();
}

/** Runs statements as a role, and gives the SQLSTATE of each, or "done". */
async function as(role: DatabaseRole, ...statements: string[]): Promise<string[]> {
  const client = new pg.Client(asRole(url, role.name, password));
  await client.connect();
  const results: string[] = [];
  for (const statement of statements) {
    results.push(
      await client.query(statement).then(
        () => 'done',
        ({ code }) => code,
      ),
    );
  }
  await client.end();
  return results;
}

const select = 'SELECT FROM orders.orders';
const insert = 'INSERT INTO orders.orders (id) VALUES (gen_random_uuid())';
const refused = '42501';

describe('a role', () => {
  it('does what was granted, and nothing else', async () => {
    await apply(reader);
    expect(await as(reader, select, insert, 'SELECT FROM customers.customers')).toEqual([
      'done',
      refused,
      refused,
    ]);
  });

  it('changes no schema, not even for itself', async () => {
    const statements = [
      'CREATE TABLE public.mine ()',
      'CREATE TABLE orders.mine ()',
      'CREATE TEMPORARY TABLE mine ()',
      'CREATE SCHEMA mine',
      'ALTER TABLE orders.orders ADD COLUMN mine text',
      'TRUNCATE orders.orders',
      'DROP TABLE orders.orders',
      'CREATE ROLE mine',
      `SET ROLE ${pg.escapeIdentifier(superuser.user ?? '')}`,
      `SET ROLE ${pg.escapeIdentifier(name('admin'))}`,
      'SELECT FROM public.migrations',
    ];
    await apply(reader);
    expect(await as(reader, ...statements)).toEqual(statements.map(() => refused));
  });

  it('keeps what it had while two versions of its function may run, and loses it afterwards', async () => {
    const keeper = { name: name('keeper'), grants: { 'orders.orders': ['select', 'insert'] } } as const;
    await apply(keeper);
    const less = { ...keeper, grants: { 'customers.customers': ['select'] } } as const;
    await apply(less, 'grant');
    expect(await as(keeper, select, 'SELECT FROM customers.customers')).toEqual(['done', 'done']);
    await apply(less);
    expect(await as(keeper, select, 'SELECT FROM customers.customers')).toEqual([refused, 'done']);
  });

  it('keeps its password when none is given', async () => {
    await apply(reader);
    await applyRoles(url, [reader], { mode: 'exact' });
    expect(await as(reader, select)).toEqual(['done']);
  });

  it('may use the sequence of a table that it inserts into', async () => {
    await asAdmin('CREATE TABLE orders.counted (id serial, note text)');
    const counter = { name: name('counter'), grants: { 'orders.counted': ['insert'] } } as const;
    await apply(counter);
    expect(await as(counter, `INSERT INTO orders.counted (note) VALUES ('a')`)).toEqual(['done']);
  });
});

it('has its timeouts, and gets them back when they were changed or are older', async () => {
  await apply(reader);
  const role = pg.escapeIdentifier(reader.name);
  await superuser.query(
    `ALTER ROLE ${role} SET statement_timeout = '1h'; ALTER ROLE ${role} RESET lock_timeout`,
  );
  await applyRoles(url, [reader], { mode: 'grant' });
  const { rows } = await superuser.query('SELECT rolconfig AS settings FROM pg_roles WHERE rolname = $1', [
    reader.name,
  ]);
  expect(rows[0].settings.toSorted()).toEqual(roleConfiguration.toSorted());
  expect(roleConfiguration).toContain('idle_in_transaction_session_timeout=2s');
});

it('has no more connections than its limit, which stays when none is given', async () => {
  await applyRoles(url, [{ ...reader, connectionLimit: 1 }], { mode: 'grant', passwordOf: () => password });
  await apply(reader, 'grant');
  const client = new pg.Client(asRole(url, reader.name, password));
  await client.connect();
  await expect(as(reader, select)).rejects.toMatchObject({ code: '53300' });
  await client.end();
  await applyRoles(url, [{ ...reader, connectionLimit: -1 }], { mode: 'grant' });
  expect(await connectionsOf(url)).toBeGreaterThan(1);
});

describe('words from outside', () => {
  const attack = 'select ON orders.orders TO PUBLIC; ALTER ROLE CURRENT_USER SUPERUSER; --';

  it.each([
    `orders.orders:${attack}`,
    'orders.orders:select+references',
    'orders.orders:SELECT',
    'orders.orders',
    'orders:select',
    'orders.orders.orders:select',
    '.orders:select',
    ':select',
    ',',
    'orders.orders:select,',
    'orders.orders:select:insert',
  ])('are no grants: %j', (text) => {
    expect(() => parseGrants(text)).toThrow(DatabaseMistake);
  });

  it('are quoted in SQL where nobody has checked them', async () => {
    const names = ['a"b', "a'b", 'a$$b', 'a\\b', 'a$_$; SELECT 1/0; --'];
    for (const one of names) {
      const schema = pg.escapeIdentifier(one);
      await asAdmin(`CREATE SCHEMA ${schema}; CREATE TABLE ${schema}.${schema} (id serial)`);
      const role = { name: name(one), grants: { [`${one}.${one}`]: ['insert'] } } as const;
      await apply(role);
      await apply(role, 'grant');
      expect(await as(role, `INSERT INTO ${schema}.${schema} DEFAULT VALUES`)).toEqual(['done']);
    }
    await dropRoles(url, names.map(name));
  });

  it.each([attack, 'SUPERUSER', 'select"', 'select, insert'])('are no privileges: %j', async (privilege) => {
    const one = { name: name('worded'), grants: { 'orders.orders': [privilege as 'select'] } };
    await expect(apply(one)).rejects.toThrow(/unrecognized privilege type/);
    const { rows } = await superuser.query('SELECT rolsuper FROM pg_roles WHERE rolname = $1', [
      name('admin'),
    ]);
    expect(rows).toEqual([{ rolsuper: false }]);
  });
});

it('is made by several at once', async () => {
  await Promise.all(Array.from({ length: 5 }, () => apply(reader)));
  expect(await as(reader, select)).toEqual(['done']);
});

it('is not made for a table that is not there', async () => {
  const mistaken = { name: name('mistaken'), grants: { 'orders.order': ['select'] } } as const;
  await expect(apply(mistaken)).rejects.toThrow(/declares "orders\.order" .* no such table/);
  const { rows } = await superuser.query('SELECT FROM pg_roles WHERE rolname = $1', [mistaken.name]);
  expect(rows).toEqual([]);
});

it('needs an owner that may create roles', async () => {
  await apply(reader);
  const login = asRole(url, reader.name, password);
  await expect(applyRoles(login, [{ ...reader, name: name('other') }], { mode: 'grant' })).rejects.toThrow(
    /with CREATEROLE/,
  );
});

it('never has its password in a statement', () => {
  const source = readFileSync(new URL('./roles.ts', import.meta.url), 'utf8');
  expect(source.match(/PASSWORD \$\{[^}]*\}/g)).toEqual([
    // biome-ignore lint/suspicious/noTemplateCurlyInString: as it stands in the source
    'PASSWORD ${pg.escapeLiteral(scramVerifier(password))}',
  ]);
});

it('has all rights of its parts when it is the role of a unit', () => {
  expect(unionOfGrants([{ 'a.b': ['select'] }, { 'a.b': ['insert', 'select'], 'c.d': ['delete'] }])).toEqual({
    'a.b': ['insert', 'select'],
    'c.d': ['delete'],
  });
});

it('can be told on one line, and compared', () => {
  const privilege = fc.constantFrom('select', 'insert', 'update', 'delete');
  const grants = fc.dictionary(
    fc.stringMatching(/^[a-z]{1,5}\.[a-z_]{1,9}$/),
    fc.uniqueArray(privilege, { minLength: 1 }).map((all) => all.toSorted()),
    { noNullPrototype: true },
  );
  fc.assert(
    fc.property(grants, grants, (one, other) => {
      expect(parseGrants(formatGrants(one))).toEqual(one);
      expect(isWithin(one, unionOfGrants([one, other]))).toBe(true);
      expect(isWithin({ 'no.table': ['select'] }, one)).toBe(false);
    }),
  );
  expect(parseGrants('')).toEqual({});
  expect(parseGrants(formatGrants({ 'a.b': [] }))).toEqual({ 'a.b': [] });
});

it('finds roles by the beginning of their names, in which nothing is a pattern', async () => {
  await apply(reader);
  expect(await rolesWithPrefix(url, name('read'))).toEqual([name('reader')]);
  expect(await rolesWithPrefix(url, `${name('')}%`)).toEqual([]);
});
