import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { DatabaseMistake } from './database-mistake.ts';
import type { MigrationFile } from './migration-files.ts';
import { type LiveVersion, readTablesInUse, refuseBreakingChange } from './schema-in-use.ts';
import { explainFailure, shownPath } from './sql-file.ts';

export interface ApplyOptions {
  /** Versions that use the database while the migration runs. */
  readonly live: readonly LiveVersion[];
  /** Longest wait for the lock of a table; statements of functions queue behind it. Milliseconds. */
  readonly lockTimeoutMs: number;
  /** Attempts to get the locks of one migration. */
  readonly lockAttempts: number;
}

/**
 * Applies one migration in a transaction. It waits a short time for a lock, lets the statements pass that queued behind it, and tries
 * again. A migration with the line `-- no transaction` runs outside of one: it is a single statement, such as CREATE INDEX CONCURRENTLY.
 *
 * @throws DatabaseMistake when a statement fails, no lock is free, or a live version uses what the migration removes
 */
export async function applyMigration(
  client: pg.Client,
  file: MigrationFile,
  options: ApplyOptions,
): Promise<void> {
  if (!file.isTransactional) return applyAlone(client, file);
  const { live, lockTimeoutMs, lockAttempts } = options;
  for (let attempt = 1; ; attempt++) {
    try {
      await client.query(`BEGIN; SET LOCAL lock_timeout = ${lockTimeoutMs}`);
      const before = await readTablesInUse(client, live);
      await run(client, file);
      refuseBreakingChange(file, live, before, await readTablesInUse(client, live));
      await recordHashes(client, [file]);
      await client.query('COMMIT');
      return;
    } catch (error) {
      // The connection may have ended.
      await client.query('ROLLBACK').catch(() => {});
      if (!wantsRetry(error)) throw error;
      if (attempt === lockAttempts) throw locked(file, options, error);
      await sleep(lockTimeoutMs * (0.5 + Math.random()));
    }
  }
}

/** Records the content of applied migrations, so that a later edit is noticed. */
export async function recordHashes(client: pg.Client, files: readonly MigrationFile[]): Promise<void> {
  await client.query('ALTER TABLE public.migrations ADD COLUMN IF NOT EXISTS hash text');
  await client.query(
    `UPDATE public.migrations AS one SET hash = known.hash
     FROM unnest($1::text[], $2::text[]) AS known (name, hash) WHERE one.name = known.name`,
    [files.map(({ name }) => name), files.map(({ hash }) => hash)],
  );
}

/** PostgreSQL leaves an invalid index behind when it is interrupted, and IF NOT EXISTS would take that for the index. */
async function applyAlone(client: pg.Client, file: MigrationFile): Promise<void> {
  const [before] = await invalidIndexes(client, file);
  if (before) throw broken(file, before);
  try {
    await run(client, file);
  } catch (error) {
    const [invalid] = await invalidIndexes(client, file);
    throw invalid ? broken(file, invalid, error) : error;
  }
  await recordHashes(client, [file]);
}

async function invalidIndexes(client: pg.Client, { up }: MigrationFile): Promise<string[]> {
  // DROP and REINDEX repair an invalid index.
  if (!/^\s*CREATE\b/im.test(up)) return [];
  const { rows } = await client.query<{ name: string }>(
    `SELECT indexrelid::regclass::text AS name FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
     WHERE NOT indisvalid AND position(lower(relname) IN lower($1)) > 0`,
    [up],
  );
  return rows.map(({ name }) => name);
}

function broken({ path }: MigrationFile, index: string, cause?: unknown): DatabaseMistake {
  const reason = cause instanceof Error ? `${cause.message}\n` : '';
  return new DatabaseMistake(
    `${reason}${shownPath(path)}: an interrupted run left the invalid index ${index}. Drop it, then run this again: DROP INDEX CONCURRENTLY ${index}`,
    { cause },
  );
}

/** Runs the statements of a migration in the transaction of the caller, if there is one, and records its name. */
async function run(client: pg.Client, file: MigrationFile): Promise<void> {
  // A lazy import: most runs have nothing to apply, and this import takes as long as everything else.
  const { runner } = await import('node-pg-migrate');
  const up = (pgm: { sql(text: string): void; noTransaction(): void }) => {
    pgm.noTransaction();
    pgm.sql(file.up);
  };
  const load = async () => [{ id: file.path, filePaths: [file.path], actions: { up } }];
  try {
    await runner({
      dbClient: client,
      dir: dirname(file.path),
      ignorePattern: '(?:\\..*|(?!.*\\.sql$).*)',
      migrationLoaderStrategies: [{ extensions: ['.sql'], loader: load as never }],
      direction: 'up',
      migrationsTable: 'migrations',
      migrationsSchema: 'public',
      singleTransaction: false,
      // This migration has been compared with the applied ones.
      checkOrder: false,
      noLock: true,
      logger: { info: () => {}, warn: () => {}, error: () => {} },
    });
  } catch (error) {
    throw wantsRetry(error) && file.isTransactional
      ? error
      : explainFailure(error, { ...file, sql: file.up });
  }
}

/** 55P03: no lock in time, 40P01: deadlock with a function. */
function wantsRetry(error: unknown): boolean {
  return error instanceof pg.DatabaseError && ['55P03', '40P01'].includes(error.code ?? '');
}

function locked(
  { path }: MigrationFile,
  { lockAttempts, lockTimeoutMs }: ApplyOptions,
  cause: unknown,
): DatabaseMistake {
  return new DatabaseMistake(
    `${shownPath(path)}: a table was in use in ${lockAttempts} attempts of ${lockTimeoutMs} ms. Nothing of this migration is applied. Run it again when there is less to do, or end what holds the table: SELECT pid, usename, state, query FROM pg_stat_activity WHERE xact_start < now() - interval '1 second'`,
    { cause },
  );
}
