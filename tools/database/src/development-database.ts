import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { DatabaseFiles, Layout } from '@nanoservices/model';
import { advisoryLocks, migrate, migrationsHash } from '@nanoservices/postgres/admin';
import { leaseServer, type ServerLease } from './lease.ts';

const developmentDatabase = 'nanoservices';

/**
 * Creates the development database, or brings it up to date: migrations, then seed data. A comment on the database holds
 * the hash of both, so that usually there is nothing to do.
 *
 * @param files - the workspace's migrations and seed; undefined for an empty database
 * @returns its connection string
 */
export async function ensureDevelopmentDatabase(
  { client, url }: ServerLease,
  files: DatabaseFiles | undefined,
): Promise<string> {
  const seed = files?.seed ? readFileSync(files.seed, 'utf8') : '';
  const migrations = files ? await migrationsHash(files.migrations) : 'none';
  const wanted = `${migrations} ${createHash('sha256').update(seed).digest('hex')}`;
  const current = async () => {
    const { rows } = await client.query<{ state: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS state FROM pg_database WHERE datname = $1`,
      [developmentDatabase],
    );
    return rows[0];
  };
  if ((await current())?.state === wanted) return url(developmentDatabase);

  await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.developmentDatabase]);
  try {
    const found = await current();
    if (!found) await client.query(`CREATE DATABASE ${developmentDatabase}`);
    if (found?.state !== wanted) {
      if (files) await migrate(url(developmentDatabase), files.migrations);
      await runSql(url(developmentDatabase), seed);
      await client.query(`COMMENT ON DATABASE ${developmentDatabase} IS '${wanted}'`);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [advisoryLocks.developmentDatabase]);
  }
  return url(developmentDatabase);
}

/** Drops the development database of a workspace, even with open connections, and creates it again. */
export async function resetDevelopmentDatabase({
  root,
  database,
}: Pick<Layout, 'root' | 'database'>): Promise<void> {
  const lease = await leaseServer(root);
  try {
    await lease.client.query(`DROP DATABASE IF EXISTS ${developmentDatabase} WITH (FORCE)`);
    await ensureDevelopmentDatabase(lease, database);
  } finally {
    await lease.release();
  }
}

async function runSql(connectionString: string, sql: string): Promise<void> {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
