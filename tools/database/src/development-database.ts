import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DatabaseFiles, Layout } from '@nanoservices/model';
import { advisoryLocks, connect, migrate, migrationsHash, runSqlFile } from '@nanoservices/postgres/admin';
import type { Client } from 'pg';
import { grantAgain } from './function-roles.ts';
import { leaseServer, type ServerLease } from './lease.ts';
import { maintenanceDatabase } from './postgres-server.ts';
import { tellSchemaChanges } from './schema-watch.ts';

const developmentDatabase = 'nanoservices';
const replacement = 'nanoservices_new';
const resetCommand = 'npx nanos database reset';

/** The changes that brought the development database up to date. */
export interface DatabaseChanges {
  readonly created: boolean;
  /** Names of the applied migrations. */
  readonly applied: readonly string[];
  /** True when the seed ran. */
  readonly seeded: boolean;
}

/** @returns the connection string of the development database, which may not exist yet */
export function developmentUrl({ url }: ServerLease): string {
  return url(developmentDatabase);
}

/**
 * Creates the development database, or brings it up to date: migrations, then seed data. A comment on the database holds
 * the hash of both, so that usually there is nothing to do.
 *
 * @param files - the workspace's migrations and seed; undefined for an empty database
 * @throws DatabaseMistake when a migration or the seed fails, or an applied migration has changed
 */
export async function ensureDevelopmentDatabase(
  { client, url }: ServerLease,
  files: DatabaseFiles | undefined,
): Promise<DatabaseChanges> {
  const wanted = await stateOf(files);
  const nothing = { created: false, applied: [], seeded: false };
  if ((await readState(client)) === wanted) return nothing;
  return withLock(url, async (session) => {
    const found = await readState(session);
    if (found === wanted) return nothing;
    if (found === undefined) await session.query(`CREATE DATABASE ${developmentDatabase}`);
    const applied = await fill(url(developmentDatabase), files);
    await session.query(`COMMENT ON DATABASE ${developmentDatabase} IS '${wanted}'`);
    const [, seed] = wanted.split(' ');
    return { created: found === undefined, applied, seeded: found?.split(' ')[1] !== seed };
  });
}

/**
 * Creates the development database again. The new one is whole, and functions have their rights in it, before it replaces
 * the old one; open connections to that are closed. If a migration or the seed fails, the old one stays.
 */
export async function resetDevelopmentDatabase({
  root,
  database,
}: Pick<Layout, 'root' | 'database'>): Promise<void> {
  const lease = await leaseServer(root);
  try {
    await withLock(lease.url, async (session) => {
      await session.query(`DROP DATABASE IF EXISTS ${replacement} WITH (FORCE)`);
      await session.query(`CREATE DATABASE ${replacement}`);
      await fill(lease.url(replacement), database);
      await grantAgain({ ownerUrl: lease.url(replacement), prefix: 'local' });
      await session.query(`COMMENT ON DATABASE ${replacement} IS '${await stateOf(database)}'`);
      await session.query(`DROP DATABASE IF EXISTS ${developmentDatabase} WITH (FORCE)`);
      await session.query(`ALTER DATABASE ${replacement} RENAME TO ${developmentDatabase}`);
    });
  } finally {
    await lease.release();
  }
}

/** @returns the names of the applied migrations */
async function fill(url: string, files: DatabaseFiles | undefined): Promise<string[]> {
  const applied = files ? await migrate(url, files.migrations, { reset: resetCommand }) : [];
  if (files?.seed) await runSqlFile(url, files.seed);
  await tellSchemaChanges(url);
  return applied;
}

/** Hashes the files that make the database. */
async function stateOf(files: DatabaseFiles | undefined): Promise<string> {
  const migrations = files ? await migrationsHash(files.migrations) : 'none';
  const seed = files?.seed ? readFileSync(files.seed, 'utf8') : '';
  return `${migrations} ${createHash('sha256').update(seed).digest('hex')} 2`;
}

/** @returns undefined when there is no development database */
async function readState(client: Client): Promise<string | undefined> {
  const { rows } = await client.query<{ state: string | null }>(
    `SELECT shobj_description(oid, 'pg_database') AS state FROM pg_database WHERE datname = $1`,
    [developmentDatabase],
  );
  return rows[0] && (rows[0].state ?? '');
}

/** Runs work that no other process may do at the same time, in a session of its own. */
async function withLock<Result>(
  url: ServerLease['url'],
  work: (session: Client) => Promise<Result>,
): Promise<Result> {
  const session = await connect(url(maintenanceDatabase));
  try {
    await session.query('SELECT pg_advisory_lock($1)', [advisoryLocks.developmentDatabase]);
    return await work(session);
  } finally {
    await session.end();
  }
}
