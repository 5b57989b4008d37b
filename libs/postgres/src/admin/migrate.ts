import type pg from 'pg';
import { advisoryLocks } from './advisory-locks.ts';
import { applyMigration, recordHashes } from './apply-migration.ts';
import { connect } from './connect.ts';
import { DatabaseMistake } from './database-mistake.ts';
import { type AppliedMigration, compareMigrations, explainDrift } from './migration-drift.ts';
import { readMigrations } from './migration-files.ts';
import type { LiveVersion } from './schema-in-use.ts';
import { withLock } from './with-lock.ts';

export interface MigrateOptions {
  /** Command that creates this database again. Default: none, its data must stay. */
  readonly reset?: string;
  /** Called when the database has migrations that are newer than all files. */
  readonly warn?: (text: string) => void;
  /** Called before pending migrations are applied, if there are any. */
  readonly beforeApply?: () => Promise<void>;
  /** Reads the versions of functions that use the database meanwhile, if migrations are pending. Default: none. */
  readonly readLive?: () => Promise<readonly LiveVersion[]>;
  /** Longest wait for the lock of a table, in ms. Default: 2 s. */
  readonly lockTimeoutMs?: number;
  /** Attempts to get the locks of one migration. Default: 10. */
  readonly lockAttempts?: number;
}

/**
 * Applies the pending migrations of a folder of SQL files, each in a transaction.
 *
 * A PostgreSQL advisory lock serializes concurrent runs: one migrates, the others wait and find nothing to do.
 *
 * @param databaseUrl - connection string of a role that may create schemas
 * @param dir - absolute path of the folder
 * @returns the names of the applied migrations, in order
 * @throws DatabaseMistake when a migration fails (the ones before it are applied), would break a live version, or gets no lock; when
 * an applied one was edited or removed, or an unapplied one precedes an applied one; when there is no such folder
 */
export async function migrate(
  databaseUrl: string,
  dir: string,
  {
    reset,
    warn,
    beforeApply,
    readLive = async () => [],
    lockTimeoutMs = 2000,
    lockAttempts = 10,
  }: MigrateOptions = {},
): Promise<string[]> {
  const files = await readMigrations(dir);
  return withLock(databaseUrl, advisoryLocks.migrations, async (holder) => {
    const client = await connect(databaseUrl);
    try {
      const applied = await readApplied(client);
      const drift = compareMigrations(files, applied);
      const problem = explainDrift(drift, dir, reset);
      if (problem) throw new DatabaseMistake(problem);
      if (drift.ahead.length > 0) {
        warn?.(`The database is ahead of this workspace: it also has ${drift.ahead.join(', ')}.`);
      }
      // Migrations that an older version applied count as they are now.
      const unhashed = new Set(applied.filter(({ hash }) => hash === null).map(({ name }) => name));
      const unrecorded = files.filter(({ name }) => unhashed.has(name));
      if (unrecorded.length > 0) await recordHashes(client, unrecorded);
      if (drift.pending.length === 0) return [];
      await beforeApply?.();
      const live = await readLive();
      for (const file of drift.pending) {
        // Fails when the lock was lost.
        await holder.query('SELECT 1');
        await applyMigration(client, file, { live, lockTimeoutMs, lockAttempts });
      }
      return drift.pending.map(({ name }) => name);
    } finally {
      // Awaited: whoever drops the database next would break a session that has not ended.
      await client.end();
    }
  });
}

const statusTimeoutMs = 2000;

/**
 * Compares a database with the migrations of a folder, and changes nothing.
 *
 * @param databaseUrl - connection string
 * @param dir - absolute path of the folder
 * @returns the names of pending migrations, and the reason why they cannot be applied
 */
export async function migrationStatus(
  databaseUrl: string,
  dir: string,
): Promise<{ readonly pending: string[]; readonly problem: string | undefined }> {
  const files = await readMigrations(dir);
  const client = await connect(databaseUrl, statusTimeoutMs);
  try {
    const drift = compareMigrations(files, await readApplied(client));
    return { pending: drift.pending.map(({ name }) => name), problem: explainDrift(drift, dir, undefined) };
  } finally {
    await client.end();
  }
}

async function readApplied(client: pg.Client): Promise<AppliedMigration[]> {
  const { rows: tables } = await client.query(`SELECT to_regclass('public.migrations') IS NOT NULL AS found`);
  if (!tables[0].found) return [];
  // A table of an older version has no column for the hash.
  const { rows } = await client.query<AppliedMigration>(
    `SELECT name, to_jsonb(one) ->> 'hash' AS hash FROM public.migrations AS one ORDER BY run_on, id`,
  );
  return rows;
}
