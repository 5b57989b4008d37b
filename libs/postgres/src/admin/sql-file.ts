import { readFile } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import pg from 'pg';
import { connect } from './connect.ts';
import { DatabaseMistake } from './database-mistake.ts';

/**
 * Runs a file of SQL in one transaction.
 *
 * @throws DatabaseMistake with file, line and PostgreSQL's message when a statement fails
 */
export async function runSqlFile(connectionString: string, path: string): Promise<void> {
  const sql = await readFile(path, 'utf8');
  const client = await connect(connectionString);
  try {
    await client.query(sql);
  } catch (error) {
    throw explainFailure(error, { path, sql });
  } finally {
    await client.end();
  }
}

/** The statements that a file contains from some line on. */
interface Statements {
  readonly path: string;
  readonly sql: string;
  readonly linesBefore?: number;
}

/** @returns an error for the author of a file: where it fails, and what PostgreSQL says; other errors as they are */
export function explainFailure(error: unknown, { path, sql, linesBefore = 0 }: Statements): unknown {
  // Class 57: the server stops.
  if (!(error instanceof pg.DatabaseError) || error.code?.startsWith('57')) return error;
  const { message, detail, hint, position, where } = error;
  // PostgreSQL counts characters, from 1.
  const before = position === undefined ? undefined : [...sql].slice(0, Number(position) - 1).join('');
  const line = before === undefined ? '' : `:${linesBefore + before.split('\n').length}`;
  const notes = [detail, hint && `Hint: ${hint}`, where].filter(Boolean).map((note) => `\n  ${note}`);
  return new DatabaseMistake(`${shownPath(path)}${line}: ${message}${notes.join('')}`, { cause: error });
}

/** @returns a path relative to the working directory, if it is inside */
export function shownPath(path: string): string {
  const shown = relative(process.cwd(), path);
  return shown === '' || shown.startsWith('..') || isAbsolute(shown) ? path : shown;
}
