import { compilerSettings } from '@nanoservices/api/compiler-options';
import type { Layout } from '@nanoservices/model';
import { connect } from '@nanoservices/postgres/admin';
import type { Client } from 'pg';
import pg from 'pg';
import ts from 'typescript';
import { mistakesIn } from './compare.ts';
import { databaseTypes } from './database-type.ts';
import { describeStatement } from './describe-statement.ts';
import { findStatements, type SourceStatement } from './find-statements.ts';
import { nullableColumns } from './nullable-columns.ts';

/** Findings of a check of all statements. */
export interface StatementCheck {
  /** Number of the statements that were compared. */
  readonly checked: number;
  /** Differences between the code and the database: `libs/storage/src/orders.ts:12:5: "total" is bigint, ...`. */
  readonly mistakes: readonly string[];
  /** Places of statements that only a running program makes. */
  readonly unknown: readonly string[];
  /** Places of statements with the comment `unchecked`. */
  readonly leftOut: readonly string[];
}

/**
 * Compares every SQL statement of a workspace with its database: whether the server takes it, the number and types of its
 * parameters, and the names, types and nullability of its columns. The statements are those that functions and libs run through
 * `@nanoservices/postgres`; the server describes them and runs none.
 *
 * A statement with the comment `-- unchecked`, as `-- unchecked: the WHERE leaves no null`, is left out.
 *
 * @param url - connection string of a migrated database
 * @throws UsageError when the packages of the workspace are not installed
 * @throws Error when the database cannot be reached
 */
export async function checkStatements(
  { root, folders }: Pick<Layout, 'root' | 'folders'>,
  url: string,
): Promise<StatementCheck> {
  const found = findStatements(root, sourcesOf(root, folders), compilerSettings(root).options);
  const leftOut = found.filter(({ texts }) => texts?.some((text) => unchecked.test(text)));
  const statements = found.filter((statement) => !leftOut.includes(statement));
  const client = await connect(url);
  try {
    const mistakes: string[] = [];
    for (const statement of statements) {
      for (const text of statement.texts ?? []) {
        for (const mistake of await mistakesInText(client, statement, text)) {
          mistakes.push(`${statement.place}: ${mistake}`);
        }
      }
    }
    return {
      checked: statements.filter(({ texts }) => texts).length,
      mistakes: [...new Set(mistakes)],
      unknown: statements.filter(({ texts }) => !texts).map(({ place }) => place),
      leftOut: leftOut.map(({ place }) => place),
    };
  } finally {
    await client.end();
  }
}

/** A comment in SQL by which a person answers for a statement. */
const unchecked = /(?:--|\/\*)\s*unchecked\b/;

function sourcesOf(root: string, { functions, libs }: Layout['folders']): string[] {
  return [functions, libs].flatMap((folder) =>
    ts.sys.readDirectory(
      `${root}/${folder}`,
      ['.ts', '.mts', '.cts'],
      ['**/node_modules', '**/dist', '**/artifact', '**/*.spec.ts', '**/*.d.ts'],
    ),
  );
}

async function mistakesInText(client: Client, statement: SourceStatement, text: string): Promise<string[]> {
  try {
    const { parameters, columns } = await describeStatement(client, text);
    const ids = [...parameters, ...columns.map(({ dataTypeID }) => dataTypeID)];
    const types = await databaseTypes(client, ids);
    const typeOf = (id: number) => types.get(id) as NonNullable<ReturnType<typeof types.get>>;
    const nullable = await nullableColumns(client, text, columns);
    return mistakesIn(statement, {
      parameters: parameters.map(typeOf),
      columns: columns.map(({ name, dataTypeID }, index) => ({
        name,
        type: typeOf(dataTypeID),
        isNullable: nullable[index],
      })),
    });
  } catch (error) {
    if (error instanceof pg.DatabaseError) return [`PostgreSQL refuses it: ${error.message}.`];
    throw error;
  }
}
