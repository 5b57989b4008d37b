import { join } from 'node:path';
import { compareMigrationFileNames } from 'node-pg-migrate/utils/comparators';
import pg from 'pg';
import type { MigrationFile } from './migration-files.ts';
import { shownPath } from './sql-file.ts';

/** A row of the table of applied migrations. */
export interface AppliedMigration {
  readonly name: string;
  /** Hash of what was applied; null when an older version of this framework applied it. */
  readonly hash: string | null;
}

/** The differences between the migrations of a folder and those of a database. */
export interface Drift {
  /** To apply, in order. */
  readonly pending: readonly MigrationFile[];
  /** Applied with another content. */
  readonly edited: readonly MigrationFile[];
  /** Not applied, though a later one is, with or without a file. */
  readonly late: readonly MigrationFile[];
  /** Names of applied ones without a file, before some file. */
  readonly removed: readonly string[];
  /** Names of applied ones without a file, after all files: the database is ahead of the folder. */
  readonly ahead: readonly string[];
}

/** @param files - in the order in which they are applied */
export function compareMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): Drift {
  const hashes = new Map(applied.map(({ name, hash }) => [name, hash]));
  const isApplied = ({ name }: MigrationFile) => hashes.has(name);
  const open = files.filter((file) => !isApplied(file) && !file.isEmpty);
  const gone = applied.map(({ name }) => name).filter((name) => files.every((file) => file.name !== name));
  const lastApplied = lastOf(applied);
  const lastFile = lastOf(files.filter((file) => isApplied(file) || !file.isEmpty));
  const isLate = ({ name }: MigrationFile) => lastApplied !== undefined && isAfter(lastApplied, name);
  const isNewer = (name: string) => lastFile !== undefined && isAfter(name, lastFile);
  return {
    pending: open.filter((file) => !isLate(file)),
    late: open.filter(isLate),
    edited: files.filter(({ name, hash }) => (hashes.get(name) ?? hash) !== hash),
    removed: gone.filter((name) => !isNewer(name)),
    ahead: gone.filter(isNewer),
  };
}

/** @returns the name that comes last in the order in which migrations are applied; undefined when there is none */
function lastOf(migrations: readonly { readonly name: string }[]): string | undefined {
  return migrations
    .map(({ name }) => name)
    .reduce<string | undefined>(
      (last, name) => (last === undefined || isAfter(name, last) ? name : last),
      undefined,
    );
}

function isAfter(name: string, other: string): boolean {
  return compareMigrationFileNames(name, other) > 0;
}

/**
 * Tells why migrations cannot be applied.
 *
 * @param dir - the folder of the migrations
 * @param reset - the command that creates the database again; undefined for a database whose data must stay
 * @returns undefined when they can be applied
 */
export function explainDrift(
  { edited, late, removed, ahead }: Drift,
  dir: string,
  reset: string | undefined,
): string | undefined {
  // A database that can be created again must be what the files make.
  const gone = reset ? [...removed, ...ahead] : removed;
  const lines = [
    ...edited.map(({ path, name }) => {
      const accept = `UPDATE public.migrations SET hash = NULL WHERE name = ${pg.escapeLiteral(name)}`;
      const advice = `Restore it, and write the change as a new migration. If only the text differs and not its effect, accept it: ${accept}`;
      return problem(path, 'was edited after it was applied', advice);
    }),
    ...late.map(
      ({ path }) =>
        `${shownPath(path)} comes before a migration that is applied already. Rename it, so that it comes last.`,
    ),
    ...gone.map((name) =>
      problem(join(dir, `${name}.sql`), 'was removed after it was applied', 'Restore it.'),
    ),
  ];
  if (lines.length === 0) return undefined;
  const otherwise = late.length > 0 ? 'Or recreate' : 'Recreate';
  return reset ? `${lines.join('\n')}\n${otherwise} the development database: ${reset}` : lines.join('\n');

  function problem(path: string, what: string, advice: string): string {
    return `${shownPath(path)} ${what}.${reset ? '' : ` ${advice}`}`;
  }
}
