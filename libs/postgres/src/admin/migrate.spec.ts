import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createEmptyDatabase, type EmptyDatabase } from '../testing/empty-database.ts';
import { DatabaseMistake } from './database-mistake.ts';
import { migrate } from './migrate.ts';
import { migrationsHash } from './migration-files.ts';

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

const path = (name: string) => join(dir, `${name}.sql`);
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

  it('tells before it applies migrations, if there are any', async () => {
    const seen: string[][] = [];
    const beforeApply = async () => void seen.push(await tables());
    await migrate(database.url, dir, { beforeApply });
    await migrate(database.url, dir, { beforeApply });
    expect(seen).toEqual([[]]);
  });

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

  it('applies nothing of a migration that fails, and tells its file, its line and the message', async () => {
    await write('1767225600003_wrong', '-- Ümläute 😀\n-- Up Migration\n\nCREATE TABLE nowhere.notes ();');
    const failure = await migrate(database.url, dir).catch((error) => error);
    expect(failure).toBeInstanceOf(DatabaseMistake);
    expect(failure.message).toBe(`${path('1767225600003_wrong')}:4: schema "nowhere" does not exist`);
    expect(await tables()).toEqual(all);
    await write('1767225600003_wrong', 'SELECT 1;\n\nSELEC 1;\n-- Down Migration\nSELECT 2;');
    await expect(migrate(database.url, dir)).rejects.toThrow(
      `${path('1767225600003_wrong')}:3: syntax error at or near "SELEC"`,
    );
    // PostgreSQL does not say where the failing statement is.
    await write(
      '1767225600003_wrong',
      "INSERT INTO customers.customers VALUES ('01980000-0000-7000-8000-00000000000c'), ('01980000-0000-7000-8000-00000000000c');",
    );
    await expect(migrate(database.url, dir)).rejects.toThrow(
      /1767225600003_wrong\.sql: duplicate key value .*\n {2}Key .* already exists/s,
    );
  });

  it('does not take an empty file for a migration, until it has a statement', async () => {
    await write('1767225600003_notes', '-- Up Migration\n\n-- Down Migration\nDROP TABLE orders.notes;');
    expect(await migrate(database.url, dir)).toEqual(names);
    await write('1767225600003_notes', 'CREATE TABLE orders.notes ();');
    expect(await migrate(database.url, dir)).toEqual(['1767225600003_notes']);
  });

  it('has nothing to do in a folder of empty files, and changes nothing in a database for them', async () => {
    for (const name of names) await rm(path(name));
    await write('1767225600001_first', '-- Up Migration\n');
    expect(await migrate(database.url, dir)).toEqual([]);
    expect(await tables()).toEqual([]);
    await write('1767225600001_first', 'SELECT 1;');
    await write('1767225600002_second', '');
    expect(await migrate(database.url, dir)).toEqual(['1767225600001_first']);
    // A reader of the table would block a change of it.
    await client.query('BEGIN; SELECT FROM public.migrations');
    expect(await migrate(database.url, dir)).toEqual([]);
    await client.query('COMMIT');
  });

  it('applies no migration whose hash cannot be recorded', async () => {
    await migrate(database.url, dir);
    await client.query(
      `CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no hash'; END $$;
       CREATE TRIGGER refuse BEFORE UPDATE ON public.migrations FOR EACH ROW EXECUTE FUNCTION refuse()`,
    );
    await write('1767225600003_notes', 'CREATE TABLE orders.notes ();');
    await expect(migrate(database.url, dir)).rejects.toThrow('no hash');
    expect(await tables()).toEqual(all);
  });

  describe('with functions at work', () => {
    const next = '1767225600003_next';
    const impatient = { lockTimeoutMs: 50, lockAttempts: 3 };
    beforeEach(() => migrate(database.url, dir));

    it('waits for a lock a short time, and tries again', async () => {
      await write(next, 'ALTER TABLE orders.orders ADD COLUMN note text;');
      await client.query('BEGIN; SELECT FROM orders.orders');
      const migrating = migrate(database.url, dir, { lockTimeoutMs: 50, lockAttempts: 1000 });
      const other = new pg.Client({ connectionString: database.url });
      await other.connect();
      const waits = `SELECT FROM pg_locks WHERE NOT granted AND relation = 'orders.orders'::regclass`;
      const isWaiting = async () => (await other.query(waits)).rowCount === 1;
      // Two waits: statements of functions passed between them.
      await vi.waitUntil(isWaiting, { timeout: 10_000 });
      await vi.waitUntil(async () => !(await isWaiting()), { timeout: 10_000 });
      await vi.waitUntil(isWaiting, { timeout: 10_000 });
      await client.query('COMMIT');
      expect(await migrating).toEqual([next]);
      await other.end();
    });

    it('gives up in the end, applies nothing, and says who to look for', async () => {
      await write(next, 'CREATE TABLE orders.notes (); ALTER TABLE orders.orders ADD COLUMN note text;');
      await client.query('BEGIN; SELECT FROM orders.orders');
      await expect(migrate(database.url, dir, impatient)).rejects.toThrow(
        /1767225600003_next\.sql: a table was in use in 3 attempts of 50 ms\..* pg_stat_activity/,
      );
      await client.query('COMMIT');
      expect(await tables()).toEqual(all);
    });

    const live = [
      { functionName: 'get-order', grants: { 'orders.orders': ['select'] } },
      { functionName: 'list-orders', grants: { 'orders.orders': ['select'], 'orders.items': ['select'] } },
    ] as const;
    const readLive = async () => live;

    it.each([
      [
        'DROP TABLE orders.items',
        /orders\.items is dropped or renamed, which live versions of list-orders use.*nanos prune/,
      ],
      [
        'DROP SCHEMA orders CASCADE',
        /orders\.orders is dropped .* get-order, list-orders use.*orders\.items is dropped/s,
      ],
      [
        'ALTER TABLE orders.orders RENAME TO old',
        /orders\.orders is dropped or renamed, .*get-order, list-orders/,
      ],
      [
        'ALTER TABLE orders.items DROP COLUMN order_id',
        /orders\.items\.order_id is dropped .*list-orders.*-- contract: orders\.items\.order_id/,
      ],
      ['ALTER TABLE orders.items RENAME order_id TO parent', /orders\.items\.order_id is dropped or renamed/],
      [
        'ALTER TABLE orders.items ALTER order_id TYPE text',
        /orders\.items\.order_id changes from uuid to text/,
      ],
      ["DO $$ BEGIN EXECUTE 'DROP TABLE orders.items'; END $$", /orders\.items is dropped/],
      ['ALTER TABLE orders.items DROP COLUMN order_id -- contract: orders.orders.id', /order_id is dropped/],
    ])('refuses to break what is live: %s', async (statement, message) => {
      await client.query('ALTER TABLE orders.items DROP CONSTRAINT items_order_id_fkey');
      await write(next, `${statement};`);
      const error = await migrate(database.url, dir, { readLive }).catch((one) => one);
      expect(error).toBeInstanceOf(DatabaseMistake);
      expect(error.message).toMatch(message);
      expect(error.message).toMatch(/^.*1767225600003_next\.sql would break what is live/);
      expect(await tables()).toEqual(all);
    });

    it.each([
      'ALTER TABLE orders.items ADD COLUMN note text',
      'DROP TABLE customers.customers',
      '-- contract: orders.items.order_id\nALTER TABLE orders.items DROP COLUMN order_id',
      'DROP TABLE orders.items; CREATE TABLE orders.items (order_id uuid)',
    ])('applies what breaks nothing: %s', async (statement) => {
      await write(next, `${statement};`);
      expect(await migrate(database.url, dir, { readLive })).toEqual([next]);
    });

    it('asks what is live only when migrations are pending', async () => {
      const asked = vi.fn(readLive);
      await migrate(database.url, dir, { readLive: asked });
      expect(asked).not.toHaveBeenCalled();
    });
  });

  describe('outside of a transaction', () => {
    const next = '1767225600003_index';
    const create = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS items_order ON orders.items (order_id);';
    const alone = `-- Up Migration\n-- no transaction\n${create}`;
    beforeEach(() => migrate(database.url, dir));

    it('creates an index concurrently, also when several run', async () => {
      await write(next, alone);
      const applied = await Promise.all([1, 2, 3].map(() => migrate(database.url, dir)));
      expect(applied.flat()).toEqual([next]);
      const { rows } = await client.query(
        `SELECT indisvalid AS valid FROM pg_index WHERE indexrelid = 'orders.items_order'::regclass`,
      );
      expect(rows).toEqual([{ valid: true }]);
      expect(await migrate(database.url, dir)).toEqual([]);
    });

    it('says what an interrupted run left, and does not take it for the index', async () => {
      const order = '01980000-0000-7000-8000-00000000000c';
      await client.query(`INSERT INTO orders.orders VALUES ('${order}')`);
      await client.query(`INSERT INTO orders.items VALUES ('${order}'), ('${order}')`);
      await write(next, alone.replace('CREATE INDEX', 'CREATE UNIQUE INDEX'));
      const left =
        /left the invalid index orders\.items_order\. Drop it.*DROP INDEX CONCURRENTLY orders\.items_order/;
      const failure = await migrate(database.url, dir).catch((error) => error);
      expect(failure.message).toMatch(/could not create unique index/);
      expect(failure.message).toMatch(left);
      await client.query('TRUNCATE orders.items');
      await expect(migrate(database.url, dir)).rejects.toThrow(left);
      await client.query('DROP INDEX orders.items_order');
      expect(await migrate(database.url, dir)).toEqual([next]);
    });

    it.each(['DROP TABLE orders.items;', `${create} DROP TABLE orders.items;`])(
      'refuses %s',
      async (statement) => {
        await write(next, `-- no transaction\n${statement}`);
        await expect(migrate(database.url, dir)).rejects.toThrow(/"-- no transaction".*one statement/);
      },
    );

    it.each([
      'CREATE UNIQUE INDEX CONCURRENTLY i ON orders.items (order_id)',
      'DROP INDEX CONCURRENTLY IF EXISTS orders.i;',
      'REINDEX TABLE CONCURRENTLY orders.items',
      'VACUUM orders.items',
    ])('takes %s', async (statement) => {
      await write(next, `-- no transaction\n${statement}`);
      expect(await migrate(database.url, dir)).toEqual([next]);
    });
  });

  const reset = 'nanos database reset';
  /** @returns the message for a database whose data must stay, and for one that can be created again */
  const refusals = async () => {
    const messages = [];
    for (const options of [{}, { reset }]) {
      const error = await migrate(database.url, dir, options).catch((one) => one);
      expect(error).toBeInstanceOf(DatabaseMistake);
      messages.push(error.message);
    }
    expect(await tables()).toEqual(all);
    return messages;
  };
  const advice = `\nRecreate the development database: ${reset}`;

  it('refuses an unapplied migration before an applied one', async () => {
    await migrate(database.url, dir);
    await write('1767225600000_late', 'CREATE TABLE public.late ();');
    const late = `${path('1767225600000_late')} comes before a migration that is applied already. Rename it, so that it comes last.`;
    expect(await refusals()).toEqual([late, `${late}\nOr recreate the development database: ${reset}`]);
  });

  it('refuses an unapplied migration before an applied one that has no file here', async () => {
    await migrate(database.url, dir);
    await rm(path(names[1] as string));
    await write('1767225600001_customers_more', 'CREATE TABLE public.late ();');
    const late = `${path('1767225600001_customers_more')} comes before a migration that is applied already.`;
    expect((await refusals())[0]).toContain(late);
    // An empty file is no migration yet, so it does not make the database older.
    await rm(path('1767225600001_customers_more'));
    await write('1767225600003_notes', '');
    expect(await migrate(database.url, dir)).toEqual([]);
  });

  it('refuses an applied migration that was edited, until it is restored or accepted', async () => {
    await migrate(database.url, dir);
    const [first, second] = names as [string, string];
    const sql = (migrations as Record<string, string>)[second] as string;
    await write(second, sql.replace('id uuid', 'id integer'));
    const edited = `${path(second)} was edited after it was applied.`;
    expect(await refusals()).toEqual([expect.stringContaining(`${edited} Restore it`), edited + advice]);
    // Neither line ends nor the way back change the schema.
    await write(second, sql.replaceAll('\n', '\r\n').replace('DROP SCHEMA', 'DROP  SCHEMA'));
    expect(await migrate(database.url, dir)).toEqual([]);
    await write(
      first,
      `-- A comment\n${(migrations as Record<string, string>)[first]}`.replace('-- Up', '-- The\n-- Up'),
    );
    await write(second, `${sql.replace('CREATE SCHEMA', '-- A comment\nCREATE SCHEMA')}`);
    const [message] = await refusals();
    await client.query(/UPDATE .*/.exec(message)?.[0] as string);
    expect(await migrate(database.url, dir)).toEqual([]);
  });

  it('refuses an emptied migration as an edited one', async () => {
    await migrate(database.url, dir);
    await write(names[1] as string, '');
    expect((await refusals())[1]).toBe(
      `${path(names[1] as string)} was edited after it was applied.${advice}`,
    );
  });

  it('refuses when an applied migration was removed; one that is newer than all files is told', async () => {
    await migrate(database.url, dir);
    const [first, second] = names as [string, string];
    await rm(join(dir, `${second}.sql`));
    const warnings: string[] = [];
    expect(await migrate(database.url, dir, { warn: (text) => warnings.push(text) })).toEqual([]);
    expect(warnings).toEqual([`The database is ahead of this workspace: it also has ${second}.`]);
    const removed = `${path(second)} was removed after it was applied.`;
    await expect(migrate(database.url, dir, { reset })).rejects.toThrow(removed + advice);
    await write('1767225600003_notes', 'CREATE TABLE orders.notes ();');
    expect(await refusals()).toEqual([`${removed} Restore it.`, removed + advice]);
    await rm(join(dir, `${first}.sql`));
    expect((await refusals())[0].split('\n')).toHaveLength(2);
  });

  it('takes what an older version applied as it is now', async () => {
    await migrate(database.url, dir);
    await client.query('ALTER TABLE public.migrations DROP hash');
    expect(await migrate(database.url, dir)).toEqual([]);
    await write(names[0] as string, 'SELECT 1;');
    await expect(migrate(database.url, dir)).rejects.toThrow('was edited');
  });

  it('has nothing to do for an empty folder, and refuses one that does not exist', async () => {
    const empty = join(folder, 'empty');
    await expect(migrate(database.url, empty)).rejects.toThrow(`${empty} is no folder`);
    await mkdir(empty);
    expect(await migrate(database.url, empty)).toEqual([]);
    expect(await tables()).toEqual([]);
  });

  it.each([
    ['2_notes.ts', /2_notes\.ts is no SQL/],
    ['notes.sql', /notes\.sql has no number/],
  ])('refuses %s', async (file, message) => {
    await writeFile(join(dir, file), '');
    await expect(migrate(database.url, dir)).rejects.toThrow(message);
  });

  it('ignores other files', async () => {
    for (const file of ['README.md', '.hidden.sql', '4913']) await writeFile(join(dir, file), 'text');
    expect(await migrate(database.url, dir)).toEqual(names);
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
    await write('1767225600003_notes', 'SELECT 1;');
    hashes.push(await migrationsHash(dir));
    await write('1767225600003_notes', 'SELECT 2;');
    hashes.push(await migrationsHash(dir));
    await rm(join(dir, '1767225600003_notes.sql'));
    await write('1767225600003_other', 'SELECT 2;');
    hashes.push(await migrationsHash(dir));
    expect(new Set(hashes).size).toBe(4);
  });

  it('does not change with an empty file', async () => {
    const hash = await migrationsHash(dir);
    await write('1767225600003_notes', '-- Up Migration\n');
    expect(await migrationsHash(dir)).toBe(hash);
  });
});
