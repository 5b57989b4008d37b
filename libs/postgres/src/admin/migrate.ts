import type pg from 'pg';
import { advisoryLocks } from './advisory-locks.ts';
import { connect } from './connect.ts';
import { DatabaseMistake } from './database-mistake.ts';
import { type AppliedMigration, compareMigrations, explainDrift } from './migration-drift.ts';
import { type MigrationFile, readMigrations } from './migration-files.ts';
import { explainFailure } from './sql-file.ts';
import { withLock } from './with-lock.ts';

export interface MigrateOptions {
  /** Command that creates this database again. Default: none, its data must stay. */
  readonly reset?: string;
  /** Called when the database has migrations that are newer than all files. */
  readonly warn?: (text: string) => void;
  /** Called before pending migrations are applied, if there are any. */
  readonly beforeApply?: () => Promise<void>;
}

/**
 * Applies the pending migrations of a folder of SQL files, in one transaction.
 *
 * A PostgreSQL advisory lock serializes concurrent runs: one migrates, the others wait and find nothing to do.
 *
 * @param databaseUrl - connection string of a role that may create schemas
 * @param dir - absolute path of the folder
 * @returns the names of the applied migrations, in order
 * @throws DatabaseMistake when a migration fails (nothing is applied), when an applied one was edited or removed, or when an
 * unapplied one precedes an applied one; when there is no such folder
 */
export async function migrate(
  databaseUrl: string,
  dir: string,
  { reset, warn, beforeApply }: MigrateOptions = {},
): Promise<string[]> {
  const files = await readMigrations(dir);
  return withLock(databaseUrl, advisoryLocks.migrations, async () => {
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
      const known = new Set(applied.filter(({ hash }) => hash !== null).map(({ name }) => name));
      const ran = new Set([...applied, ...drift.pending].map(({ name }) => name));
      const unknown = files.filter(({ name }) => ran.has(name) && !known.has(name));
      if (drift.pending.length > 0) await beforeApply?.();
      if (unknown.length > 0) {
        // One transaction: a kill leaves no applied migration without its hash. The end of the session rolls back.
        await client.query('BEGIN');
        if (drift.pending.length > 0) await apply(client, dir, drift.pending);
        await recordHashes(client, unknown);
        await client.query('COMMIT');
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

/** Applies migrations within the transaction of the caller. */
async function apply(client: pg.Client, dir: string, pending: readonly MigrationFile[]): Promise<void> {
  // A lazy import: most runs have nothing to apply, and this import takes as long as everything else.
  const { runner } = await import('node-pg-migrate');
  let running: MigrationFile | undefined;
  const load = async (paths: readonly string[]) =>
    pending
      .filter(({ path }) => paths.includes(path))
      .map((one) => ({
        id: one.path,
        filePaths: [one.path],
        actions: {
          up: (pgm: { sql(text: string): void; noTransaction(): void }) => {
            running = one;
            pgm.noTransaction();
            pgm.sql(one.up);
          },
        },
      }));
  try {
    await runner({
      dbClient: client,
      dir,
      ignorePattern: '(?:\\..*|(?!.*\\.sql$).*)',
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: load as never }],
      direction: 'up',
      migrationsTable: 'migrations',
      migrationsSchema: 'public',
      singleTransaction: false,
      // These migrations have been compared with the applied ones.
      checkOrder: false,
      noLock: true,
      logger: { info: () => {}, warn: () => {}, error: () => {} },
    });
  } catch (error) {
    throw running ? explainFailure(error, { ...running, sql: running.up }) : error;
  }
}

/** Records the content of applied migrations, so that a later edit is noticed. */
async function recordHashes(client: pg.Client, files: readonly MigrationFile[]): Promise<void> {
  await client.query('ALTER TABLE public.migrations ADD COLUMN IF NOT EXISTS hash text');
  await client.query(
    `UPDATE public.migrations AS one SET hash = known.hash
     FROM unnest($1::text[], $2::text[]) AS known (name, hash) WHERE one.name = known.name`,
    [files.map(({ name }) => name), files.map(({ hash }) => hash)],
  );
}
