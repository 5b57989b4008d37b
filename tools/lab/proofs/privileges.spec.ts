import { createTestDatabase, type TestDatabase } from '@nanoservices/database/testing';
import type { Privilege } from '@nanoservices/endpoint';
import { readWorkspace } from '@nanoservices/model';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

// Made from the contracts: what they do not declare is refused, for every table that there is.
const workspace = await readWorkspace(repositoryRoot);
const verbs: readonly Privilege[] = ['select', 'insert', 'update', 'delete'];
const refused = '42501';
let database: TestDatabase;
/** Each table with the name of one of its columns. */
let tables: ReadonlyMap<string, string>;

beforeAll(async () => {
  database = await createTestDatabase(repositoryRoot);
  const owner = new pg.Client(database.url);
  await owner.connect();
  const { rows } = await owner.query<{ table: string; column: string }>(
    `SELECT table_schema || '.' || table_name AS table, min(column_name) AS column FROM information_schema.columns
     WHERE table_schema !~ '^pg_' AND table_schema <> 'information_schema' GROUP BY 1`,
  );
  tables = new Map(rows.map(({ table, column }) => [table, column]));
  await owner.end();
});

afterAll(() => database.drop());

async function as(functionName: string, statements: readonly string[]): Promise<string[]> {
  const client = new pg.Client(database.functionUrl(functionName));
  await client.connect();
  const codes: string[] = [];
  for (const statement of statements) {
    await client.query('BEGIN');
    codes.push(
      await client.query(statement).then(
        () => 'done',
        ({ code }) => code,
      ),
    );
    await client.query('ROLLBACK');
  }
  await client.end();
  return codes;
}

/** Touches no row, and reads no column. */
function statement(verb: Privilege, table: string, column: string): string {
  if (verb === 'select') return `SELECT "${column}" FROM ${table} LIMIT 0`;
  if (verb === 'insert') return `INSERT INTO ${table} DEFAULT VALUES`;
  if (verb === 'update') return `UPDATE ${table} SET "${column}" = DEFAULT WHERE false`;
  return `DELETE FROM ${table} WHERE false`;
}

describe.each(workspace.everyFunction().map(({ name, grants }) => ({ name, grants })))(
  'the role of $name',
  ({ name, grants }) => {
    it('does to each table what its contracts declare, and is refused all else', async () => {
      const cases = [...tables].flatMap(([table, column]) => verbs.map((verb) => ({ table, column, verb })));
      const codes = await as(
        name,
        cases.map(({ verb, table, column }) => statement(verb, table, column)),
      );
      const done = cases.filter((_, index) => codes[index] !== refused);
      const declared = cases.filter(({ table, verb }) => grants[table]?.includes(verb));
      expect(done).toEqual(declared);
      expect(cases.length - done.length).toBeGreaterThan(0);
    });

    it('changes no schema', async () => {
      const changes = ['users', 'games', 'public'].map((schema) => `CREATE TABLE ${schema}.mine ()`);
      const more = ['CREATE TEMPORARY TABLE mine ()', 'DROP TABLE users.users', 'TRUNCATE games.games'];
      const codes = await as(name, [...changes, ...more, 'CREATE SCHEMA mine', 'CREATE ROLE mine']);
      expect(new Set(codes)).toEqual(new Set([refused]));
    });
  },
);
