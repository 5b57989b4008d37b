import type pg from 'pg';
import { DatabaseMistake } from './database-mistake.ts';
import type { Grants } from './grants.ts';
import type { MigrationFile } from './migration-files.ts';
import { shownPath } from './sql-file.ts';

/** The version of a function that responds to requests, and its rights in the database. */
export interface LiveVersion {
  readonly functionName: string;
  readonly grants: Grants;
}

/** Columns with their types, by their tables. */
type Tables = ReadonlyMap<string, ReadonlyMap<string, string>>;

/** Reads the tables that live versions use, as they are in the transaction of the connection. */
export async function readTablesInUse(client: pg.Client, live: readonly LiveVersion[]): Promise<Tables> {
  const used = live.flatMap(({ grants }) => Object.keys(grants).filter((table) => grants[table]?.length));
  if (used.length === 0) return new Map();
  const { rows } = await client.query<{ table: string; column: string | null; type: string | null }>(
    `SELECT nspname || '.' || relname AS table, attname AS column, format_type(atttypid, atttypmod) AS type
     FROM pg_class AS one JOIN pg_namespace AS schema ON schema.oid = relnamespace
       LEFT JOIN pg_attribute ON attrelid = one.oid AND attnum > 0 AND NOT attisdropped
     WHERE relkind IN ('r', 'p', 'v', 'm', 'f') AND nspname || '.' || relname = ANY ($1)`,
    [[...new Set(used)]],
  );
  const tables = new Map<string, Map<string, string>>();
  for (const { table, column, type } of rows) {
    const columns = tables.get(table) ?? new Map<string, string>();
    if (column !== null && type !== null) columns.set(column, type);
    tables.set(table, columns);
  }
  return tables;
}

/**
 * Refuses a migration that drops, renames or retypes what live versions use. Rights name tables, not columns: a line
 * `-- contract: orders.orders.note` in the migration says that no live version uses that column any more.
 *
 * @throws DatabaseMistake with the names, the functions, and the way out
 */
export function refuseBreakingChange(
  { path, up }: Pick<MigrationFile, 'path' | 'up'>,
  live: readonly LiveVersion[],
  before: Tables,
  after: Tables,
): void {
  const accepted = new Set(
    [...up.matchAll(/^--[ \t]*contract:[ \t]*(\S+)[ \t]*$/gim)].map(([, name]) => name),
  );
  const lines: string[] = [];
  for (const [table, columns] of before) {
    const holders = live
      .filter(({ grants }) => grants[table]?.length)
      .map(({ functionName }) => functionName);
    const usedBy = `which live versions of ${holders.join(', ')} use`;
    const now = after.get(table);
    if (now === undefined) {
      lines.push(
        `${table} is dropped or renamed, ${usedBy}. First deploy them without "${table}" in "database" of their contracts, or remove them: npx nanos prune.`,
      );
      continue;
    }
    for (const [column, type] of columns) {
      const name = `${table}.${column}`;
      if (now.get(column) === type || accepted.has(name)) continue;
      const change = now.has(column) ? `changes from ${type} to ${now.get(column)}` : 'is dropped or renamed';
      lines.push(
        `${name} ${change}, a column of a table ${usedBy}. First deploy them without this column. If none uses it, say so in the migration: -- contract: ${name}`,
      );
    }
  }
  if (lines.length === 0) return;
  throw new DatabaseMistake(
    [
      `${shownPath(path)} would break what is live, so it was not applied:`,
      ...lines.map((line) => `  ${line}`),
    ].join('\n'),
  );
}
