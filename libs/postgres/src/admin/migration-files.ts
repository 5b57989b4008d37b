import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { getActions } from 'node-pg-migrate/sqlMigration';
import { compareMigrationFileNames } from 'node-pg-migrate/utils/comparators';
import { DatabaseMistake } from './database-mistake.ts';
import { shownPath } from './sql-file.ts';

/** A migration as its file has it. */
export interface MigrationFile {
  /** Name of the file without `.sql`. */
  readonly name: string;
  /** Absolute path. */
  readonly path: string;
  /** The SQL that applies it. Its first character is also the first one of the file's section. */
  readonly up: string;
  /** Number of lines of the file before `up`. */
  readonly linesBefore: number;
  /** Hash of `up`. Line ends and the space around it do not count. */
  readonly hash: string;
  /** False with the line `-- no transaction`: for a statement that PostgreSQL refuses in a transaction. */
  readonly isTransactional: boolean;
  /** True without a statement. Editors create a file before its author writes into it, so this is no migration yet. */
  readonly isEmpty: boolean;
}

/**
 * Reads the migrations of a folder, in the order in which they are applied.
 *
 * @param dir - absolute path
 * @throws DatabaseMistake when there is no such folder, a name has no number, or a migration is written in another language
 */
export async function readMigrations(dir: string): Promise<MigrationFile[]> {
  const files = await filesIn(dir);
  const refuse = (file: string | undefined, why: string) => {
    if (file) throw new DatabaseMistake(`${shownPath(join(dir, file))} ${why}.`);
  };
  refuse(
    files.find((file) => /\.[cm]?[jt]s$/.test(file)),
    'is no SQL: a migration is a .sql file',
  );
  const sql = files.filter((file) => extname(file) === '.sql');
  refuse(
    sql.find((file) => !/^\d/.test(file)),
    'has no number, which gives the order: a migration is called like 1767225600000_orders.sql',
  );
  const sorted = sql.toSorted((a, b) => compareMigrationFileNames(a, b));
  return Promise.all(sorted.map((file) => readMigration(join(dir, file))));
}

/**
 * Hashes the migrations of a folder. Folders with the same hash make the same schema.
 *
 * @param dir - absolute path
 * @throws DatabaseMistake as {@link readMigrations}
 */
export async function migrationsHash(dir: string): Promise<string> {
  const hash = createHash('sha256');
  for (const { name, hash: up, isEmpty } of await readMigrations(dir)) {
    if (!isEmpty) hash.update(`${name} ${up}\n`);
  }
  return hash.digest('hex');
}

async function readMigration(path: string): Promise<MigrationFile> {
  const text = await readFile(path, 'utf8');
  const up = upSection(text);
  const statements = up.replace(/--.*|\/\*[\s\S]*?\*\//g, '').trim();
  const isTransactional = !/^--[ \t]*no transaction[ \t]*$/im.test(up);
  if (!isTransactional && statements !== '' && !alone.test(statements)) {
    throw new DatabaseMistake(
      `${shownPath(path)} has the line "-- no transaction", but its statement does not need it. It is for one statement, which PostgreSQL refuses in a transaction: CREATE, DROP or REINDEX INDEX CONCURRENTLY, VACUUM, ALTER TABLE ... DETACH PARTITION CONCURRENTLY, ALTER TYPE ... ADD VALUE.`,
    );
  }
  return {
    name: basename(path, '.sql'),
    path,
    up,
    linesBefore: text.slice(0, text.indexOf(up)).split('\n').length - 1,
    hash: createHash('sha256').update(up.replaceAll('\r\n', '\n').trim()).digest('hex'),
    isTransactional,
    isEmpty: !/[^\s;]/.test(statements),
  };
}

/** Statements that run outside of a transaction, and take nothing away from a live version. */
const alone =
  /^(?:(?:CREATE\s+(?:UNIQUE\s+)?INDEX|DROP\s+INDEX|REINDEX\s[^;]*?)\s+CONCURRENTLY\b|VACUUM\b|ALTER\s+TABLE\s[^;]*\sDETACH\s+PARTITION\s[^;]*\s(?:CONCURRENTLY|FINALIZE)|ALTER\s+TYPE\s[^;]*\sADD\s+VALUE\b)[^;]*;?$/i;

/** The part below `-- Up Migration`, or all of a file without sections. */
function upSection(text: string): string {
  let section = '';
  const { up } = getActions(text);
  const builder = {
    sql: (statements: string) => {
      section = statements;
    },
  };
  if (up) void (up as (pgm: typeof builder) => void)(builder);
  return section;
}

/** @returns the names of the visible files, which is what node-pg-migrate takes */
async function filesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).filter((file) => !file.startsWith('.'));
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    throw new DatabaseMistake(`${shownPath(dir)} is no folder: it must hold the migrations.`);
  }
}
