import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DatabaseRole, formatGrants, isWithin, parseGrants, unionOfGrants } from './grants.ts';
import { applyRoles, dropRoles } from './roles.ts';

// On a real PostgreSQL; roles belong to the whole server, so these have names of their own.
const name = (role: string) => `spec-${process.pid}-${role}`;
const ownerUrl = new URL(process.env.DATABASE_URL as string);
const password = 'x-Y_0'.repeat(6);
const reader: DatabaseRole = { name: name('reader'), grants: { 'users.users': ['select'] } };
const owner = new pg.Client(ownerUrl.href);
let url: string;

// The owner of a stage's database is no superuser: it owns the database and its tables, and may create roles.
beforeAll(async () => {
  await owner.connect();
  const admin = pg.escapeIdentifier(name('admin'));
  await owner.query(`CREATE ROLE ${admin} LOGIN CREATEROLE PASSWORD '${password}'`);
  await owner.query(`ALTER DATABASE ${owner.database} OWNER TO ${admin}`);
  const { rows } = await owner.query<{ statement: string }>(
    `SELECT format('ALTER SCHEMA %I OWNER TO ${admin}', nspname) AS statement FROM pg_namespace
       WHERE nspname IN ('users', 'games', 'public')
     UNION ALL
     SELECT format('ALTER TABLE %I.%I OWNER TO ${admin}', schemaname, tablename) FROM pg_tables
       WHERE schemaname IN ('users', 'games', 'public')`,
  );
  for (const { statement } of rows) await owner.query(statement);
  ownerUrl.username = name('admin');
  ownerUrl.password = password;
  url = ownerUrl.href;
});

afterAll(async () => {
  await dropRoles(url, [name('reader'), name('keeper'), name('counter')]);
  const { rows } = await owner.query(
    `SELECT rolname FROM pg_roles WHERE rolname LIKE 'spec-${process.pid}-%'`,
  );
  const admin = pg.escapeIdentifier(name('admin'));
  await owner.query(`REASSIGN OWNED BY ${admin} TO CURRENT_USER; DROP OWNED BY ${admin}; DROP ROLE ${admin}`);
  await owner.end();
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

/** Runs statements as a role; tells the SQLSTATE of each, or "done". */
async function as(role: DatabaseRole, ...statements: string[]): Promise<string[]> {
  const login = new URL(url);
  login.username = role.name;
  login.password = password;
  const client = new pg.Client(login.href);
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

const select = 'SELECT FROM users.users';
const insert = `INSERT INTO users.users (id, name, email) VALUES (gen_random_uuid(), 'a', 'a')`;
const refused = '42501';

describe('a role', () => {
  it('does what was granted, and nothing else', async () => {
    await apply(reader);
    expect(await as(reader, select, insert, 'SELECT FROM games.games')).toEqual(['done', refused, refused]);
  });

  it('changes no schema, not even for itself', async () => {
    const statements = [
      'CREATE TABLE public.mine ()',
      'CREATE TABLE users.mine ()',
      'CREATE TEMPORARY TABLE mine ()',
      'CREATE SCHEMA mine',
      'ALTER TABLE users.users ADD COLUMN mine text',
      'TRUNCATE users.users',
      'DROP TABLE users.users',
      'CREATE ROLE mine',
      `SET ROLE ${pg.escapeIdentifier(owner.user ?? '')}`,
      `SET ROLE ${pg.escapeIdentifier(name('admin'))}`,
      'SELECT FROM public.migrations',
    ];
    await apply(reader);
    expect(await as(reader, ...statements)).toEqual(statements.map(() => refused));
  });

  it('keeps what it had while two versions of its function may run, and loses it afterwards', async () => {
    const keeper = { name: name('keeper'), grants: { 'users.users': ['select', 'insert'] } } as const;
    await apply(keeper);
    const less = { ...keeper, grants: { 'games.games': ['select'] } } as const;
    await apply(less, 'grant');
    expect(await as(keeper, select, 'SELECT FROM games.games')).toEqual(['done', 'done']);
    await apply(less);
    expect(await as(keeper, select, 'SELECT FROM games.games')).toEqual([refused, 'done']);
  });

  it('keeps its password when none is given', async () => {
    await apply(reader);
    await applyRoles(url, [reader], { mode: 'exact' });
    expect(await as(reader, select)).toEqual(['done']);
  });

  it('may use the sequence of a table that it inserts into', async () => {
    await asAdmin('CREATE TABLE games.counted (id serial, note text)');
    const counter = { name: name('counter'), grants: { 'games.counted': ['insert'] } } as const;
    await apply(counter);
    expect(await as(counter, `INSERT INTO games.counted (note) VALUES ('a')`)).toEqual(['done']);
  });
});

it('is made by several at once', async () => {
  await Promise.all(Array.from({ length: 5 }, () => apply(reader)));
  expect(await as(reader, select)).toEqual(['done']);
});

it('is not made for a table that is not there', async () => {
  const mistaken = { name: name('mistaken'), grants: { 'users.user': ['select'] } } as const;
  await expect(apply(mistaken)).rejects.toThrow(/declares "users\.user" .* no such table/);
  const { rows } = await owner.query('SELECT FROM pg_roles WHERE rolname = $1', [mistaken.name]);
  expect(rows).toEqual([]);
});

it('needs an owner that may create roles', async () => {
  await apply(reader);
  const login = new URL(url);
  login.username = reader.name;
  login.password = password;
  await expect(
    applyRoles(login.href, [{ ...reader, name: name('other') }], { mode: 'grant' }),
  ).rejects.toThrow(/with CREATEROLE/);
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
});
