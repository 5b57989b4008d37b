import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

/**
 * Applies the pending migrations of a folder of SQL files, in one transaction.
 *
 * A PostgreSQL advisory lock serializes concurrent runs: one migrates, the others wait and find nothing to do. The lock
 * belongs to the session, so `databaseUrl` must be a direct connection, not one through a transaction pooler such as RDS
 * Proxy or PgBouncer.
 *
 * @param databaseUrl - connection string of a role that may create schemas
 * @param dir - absolute path of the folder; a folder that is empty or does not exist has no migrations
 * @returns the names of the applied migrations, in order
 * @throws Error when a migration fails (nothing is applied), or when an unapplied migration precedes an applied one
 */
export async function migrate(databaseUrl: string, dir: string): Promise<string[]> {
  if ((await filesIn(dir)).length === 0) return [];
  // A lazy import: most runs only need the hash, and this import takes as long as everything else.
  const { runner } = await import('node-pg-migrate');
  // The library does not wait for the end of a client of its own: whoever drops the database next would crash it.
  const dbClient = new pg.Client({ connectionString: databaseUrl });
  await dbClient.connect();
  try {
    const applied = await runner({
      dbClient,
      dir,
      direction: 'up',
      migrationsTable: 'migrations',
      migrationsSchema: 'public',
      singleTransaction: true,
      advisoryLockMode: 'wait',
      logger: { info: () => {}, warn: () => {}, error: () => {} },
    });
    return applied.map((migration) => migration.name);
  } finally {
    await dbClient.end();
  }
}

/**
 * Hashes the names and contents of all files of a folder of migrations. Folders with the same hash make the same schema.
 *
 * @param dir - absolute path; a folder that does not exist has the hash of an empty one
 */
export async function migrationsHash(dir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of await filesIn(dir)) {
    hash.update(`${file}\n`).update(await readFile(join(dir, file)));
  }
  return hash.digest('hex');
}

async function filesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
