/** `nx run lab:pooler`: the whole application through PgBouncer in transaction mode. */
import { createTestDatabase, type TestDatabase } from '@nanoservices/database/testing';
import { readLayout } from '@nanoservices/model';
import { read } from '@nanoservices/postgres';
import { connect, inDatabase, migrate, tryConnection } from '@nanoservices/postgres/admin';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { PgBouncer } from '../testbed/pg-bouncer.ts';
import { repositoryRoot } from '../testbed/repository.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';
import { type Outcome, replay } from './equivalence/replay.ts';
import { recordedTrace } from './equivalence/trace.ts';

const trace = recordedTrace(1000);
const through = (url: string) => pooler.through(url);
let workspace: WorkspaceFixture;
let database: TestDatabase;
let pooler: PgBouncer;
let direct: Outcome;

beforeAll(async () => {
  workspace = new WorkspaceFixture({ application: 'arcade' });
  // Keeps the server up, and is used by the tests that need no API.
  database = await createTestDatabase(repositoryRoot);
  pooler = await PgBouncer.start(database.url);
  direct = await replay(trace, { root: workspace.root, topology: 'nano', isolation: 'process' });
});

afterAll(async () => {
  await pooler[Symbol.asyncDispose]();
  await database.drop();
  await workspace.delete();
});

it.each(['nano', 'mono'])(
  'gives the same responses and rows as without a pooler, in %s',
  async (topology) => {
    const pooled = await replay(trace, { root: workspace.root, topology, isolation: 'process', through });
    expect(pooled).toEqual(direct);
    expect(pooled.responses.filter((response) => response.startsWith('5'))).toEqual([]);
  },
);

it('keeps the timeouts of a function, which belong to its role', async () => {
  const names = ['lock_timeout', 'statement_timeout', 'idle_in_transaction_session_timeout'];
  vi.stubEnv('DATABASE_URL', through(database.functionUrl('get-user')));
  const sql = 'SELECT current_setting(name) AS value FROM unnest($1::text[]) AS name';
  expect((await read<{ value: string }>(sql, [names])).map(({ value }) => value)).toEqual(['2s', '4s', '2s']);
  vi.unstubAllEnvs();
});

it('tells what to do about a parameter that it refuses, which no retry will change', async () => {
  const refused = `${through(database.url)}?options=-c%20statement_timeout%3D1s`;
  vi.stubEnv('DATABASE_URL', refused);
  const error = await read('SELECT 1').catch((caught) => caught);
  expect(error.constructor).toBe(Error);
  expect(error.message).toMatch(/unsupported startup parameter.*ALTER ROLE/);
  vi.unstubAllEnvs();
  expect(await tryConnection(refused, 'DATABASE_URL')).toMatch(
    /^DATABASE_URL: 127\.0\.0\.1:\d+ refuses the connection: unsupported startup parameter/,
  );
});

it('lets several migrate, one after the other, and leaves no lock behind', async () => {
  const name = `pooler_${process.pid}`;
  const { migrations } = readLayout(workspace.root).database ?? expect.fail('no migrations');
  const client = await connect(database.url);
  await client.query(`CREATE DATABASE ${name}`);
  const url = through(inDatabase(database.url, name));
  const applied = await Promise.all([1, 2, 3].map(() => migrate(url, migrations)));
  expect(applied.filter((one) => one.length > 0)).toHaveLength(1);
  const { rows } = await client.query(
    `SELECT FROM pg_locks JOIN pg_database AS one ON one.oid = database WHERE locktype = 'advisory' AND datname = $1`,
    [name],
  );
  expect(rows).toEqual([]);
  await client.query(`DROP DATABASE ${name} WITH (FORCE)`);
  await client.end();
});
