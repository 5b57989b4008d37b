import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const migrationsDir = fileURLToPath(new URL('../migrations', import.meta.url));

/**
 * Brings a database's schema up to date with `migrations/`.
 *
 * All pending migrations run in one transaction, under a PostgreSQL advisory lock: of several runs at once, one
 * migrates and the others wait and find nothing to do. The lock belongs to the session, so `databaseUrl` must be a
 * direct connection, not one through a transaction pooler such as RDS Proxy or PgBouncer.
 *
 * @param databaseUrl - connection string of a role that may create schemas
 * @returns the names of the migrations that were applied, in order
 * @throws Error when a migration fails (nothing is applied), or when an unapplied migration precedes an applied one
 */
export async function migrate(databaseUrl: string): Promise<string[]> {
  // Imported when needed: most runs only ask for the hash, and this takes as long as all the rest.
  const { runner } = await import('node-pg-migrate');
  const applied = await runner({
    databaseUrl,
    dir: migrationsDir,
    direction: 'up',
    migrationsTable: 'migrations',
    migrationsSchema: 'public',
    singleTransaction: true,
    advisoryLockMode: 'wait',
    logger: { info: () => {}, warn: () => {}, error: () => {} },
  });
  return applied.map((migration) => migration.name);
}

/** A hash over all migration files: two trees with the same hash make the same schema. */
export async function migrationsHash(): Promise<string> {
  const hash = createHash('sha256');
  for (const file of (await readdir(migrationsDir)).sort()) {
    hash.update(`${file}\n`).update(await readFile(join(migrationsDir, file)));
  }
  return hash.digest('hex');
}
