import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { migrate, migrationsHash } from '@nanoservices/data-access/migrate';
import { leaseServer, type ServerLease } from './lease.ts';

const developmentDatabase = 'nanoservices';

/** Held while the development database is changed, so that of several commands one does it. */
const developmentLock = 4_710_302;

const seedFile = new URL('../seed.sql', import.meta.url);

/**
 * Makes the development database, or brings it up to date: migrations, then demo data. What it was last brought up to
 * is kept as the comment on the database, so that usually there is nothing to do.
 *
 * @returns its connection string
 */
export async function ensureDevelopmentDatabase({ client, url }: ServerLease): Promise<string> {
  const seed = readFileSync(seedFile, 'utf8');
  const wanted = `${await migrationsHash()} ${createHash('sha256').update(seed).digest('hex')}`;
  const current = async () => {
    const { rows } = await client.query<{ state: string | null }>(
      `SELECT shobj_description(oid, 'pg_database') AS state FROM pg_database WHERE datname = $1`,
      [developmentDatabase],
    );
    return rows[0];
  };
  if ((await current())?.state === wanted) return url(developmentDatabase);

  await client.query('SELECT pg_advisory_lock($1)', [developmentLock]);
  try {
    const found = await current();
    if (!found) await client.query(`CREATE DATABASE ${developmentDatabase}`);
    if (found?.state !== wanted) {
      await migrate(url(developmentDatabase));
      await runSql(url(developmentDatabase), seed);
      await client.query(`COMMENT ON DATABASE ${developmentDatabase} IS '${wanted}'`);
    }
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [developmentLock]);
  }
  return url(developmentDatabase);
}

/** Drops the development database of a workspace's server, whoever is connected to it, and makes it anew. */
export async function resetDevelopmentDatabase(workspaceRoot: string): Promise<void> {
  const lease = await leaseServer(workspaceRoot);
  try {
    await lease.client.query(`DROP DATABASE IF EXISTS ${developmentDatabase} WITH (FORCE)`);
    await ensureDevelopmentDatabase(lease);
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
