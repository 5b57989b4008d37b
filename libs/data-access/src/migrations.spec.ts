import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { migrate } from '@nanoservices/postgres/admin';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';

const folder = new URL('../migrations/', import.meta.url);
const names = readdirSync(folder)
  .map((file) => file.replace('.sql', ''))
  .sort();
const url = process.env.DATABASE_URL as string;
const client = new pg.Client({ connectionString: url });

// A test's database is migrated.
beforeAll(() => client.connect());
afterAll(() => client.end());

const tables = async () =>
  (
    await client.query(
      `SELECT table_schema || '.' || table_name AS name FROM information_schema.tables
       WHERE table_schema NOT IN ('pg_catalog', 'information_schema', 'public') ORDER BY 1`,
    )
  ).rows.map(({ name }) => name);

it('makes the tables of the repositories', async () => {
  expect(await tables()).toEqual(
    // A further resource adds its own.
    expect.arrayContaining([
      'games.games',
      'games.idempotency_keys',
      'games.players',
      'users.idempotency_keys',
      'users.identities',
      'users.users',
    ]),
  );
});

it('has a way back for every migration, and forth again', async () => {
  const all = await tables();
  for (const name of names.toReversed()) {
    const [, down] = readFileSync(new URL(`${name}.sql`, folder), 'utf8').split('-- Down Migration');
    await client.query(down as string);
    await client.query('DELETE FROM public.migrations WHERE name = $1', [name]);
  }
  expect(await tables()).toEqual([]);
  expect(await migrate(url, fileURLToPath(folder))).toEqual(names);
  expect(await tables()).toEqual(all);
});

it('takes the demo data, also twice', async () => {
  const seed = readFileSync(new URL('../seed.sql', import.meta.url), 'utf8');
  const count = async () => {
    const { rows } = await client.query(
      `SELECT (SELECT count(*)::int FROM users.users) AS users,
              (SELECT count(*)::int FROM users.identities) AS identities, (SELECT count(*)::int FROM games.games) AS games,
              (SELECT count(*)::int FROM games.players) AS players`,
    );
    return rows[0];
  };
  await client.query(seed);
  expect(await count()).toEqual({ users: 3, identities: 3, games: 5, players: 6 });
  await client.query(seed);
  expect(await count()).toEqual({ users: 3, identities: 3, games: 5, players: 6 });
});
