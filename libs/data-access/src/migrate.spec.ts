import { readdirSync, readFileSync } from 'node:fs';
import pg from 'pg';
import { expect, it } from 'vitest';
import { migrate, migrationsHash } from './migrate.ts';

const migrations = new URL('../migrations/', import.meta.url);
const names = readdirSync(migrations).map((file) => file.replace('.sql', ''));

async function inEmptyDatabase(work: (url: string, client: pg.Client) => Promise<void>): Promise<void> {
  const admin = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await admin.connect();
  const url = new URL(process.env.DATABASE_URL as string);
  url.pathname += '_empty';
  await admin.query(`CREATE DATABASE ${url.pathname.slice(1)}`);
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await work(url.href, client);
  } finally {
    await client.end();
    await admin.query(`DROP DATABASE ${url.pathname.slice(1)} WITH (FORCE)`);
    await admin.end();
  }
}

const tables = async (client: pg.Client) =>
  (
    await client.query(
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
       WHERE table_schema IN ('users', 'games') ORDER BY 1`,
    )
  ).rows.map(({ name }) => name);

it('applies every migration once, also when three runs begin together', async () => {
  await inEmptyDatabase(async (url, client) => {
    const applied = await Promise.all([migrate(url), migrate(url), migrate(url)]);
    expect(applied.map((list) => list.length).sort()).toEqual([0, 0, names.length]);
    expect(applied.flat()).toEqual(names);
    expect(await tables(client)).toEqual([
      'games.games',
      'games.idempotency_keys',
      'games.players',
      'users.idempotency_keys',
      'users.users',
    ]);
  });
});

it('has a way back for every migration', async () => {
  await inEmptyDatabase(async (url, client) => {
    await migrate(url);
    for (const name of names.toReversed()) {
      const [, down] = readFileSync(new URL(`${name}.sql`, migrations), 'utf8').split('-- Down Migration');
      await client.query(down as string);
    }
    expect(await tables(client)).toEqual([]);
  });
});

it('has a hash that depends on nothing but the files', async () => {
  expect(await migrationsHash()).toMatch(/^[0-9a-f]{64}$/);
  expect(await migrationsHash()).toBe(await migrationsHash());
});
