import { readLayout } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { runSqlFile } from '@nanoservices/postgres/admin';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkStatements, type StatementCheck } from './check-statements.ts';

const schema = `
CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('open', 'sent');
CREATE DOMAIN shop.email AS text CHECK (VALUE LIKE '%@%');
CREATE TABLE shop.customers (id uuid PRIMARY KEY, name text NOT NULL, email shop.email);
CREATE TABLE shop.orders (
  id uuid PRIMARY KEY,
  customer_id uuid NOT NULL REFERENCES shop.customers,
  state shop.state NOT NULL,
  states shop.state[] NOT NULL DEFAULT '{}',
  total bigint NOT NULL,
  weight numeric,
  items smallint NOT NULL,
  tags text[] NOT NULL,
  totals bigint[] NOT NULL DEFAULT '{}',
  detail jsonb NOT NULL,
  image bytea,
  is_gift boolean NOT NULL,
  placed_at timestamptz NOT NULL
);
CREATE PROCEDURE shop."join" (n int) LANGUAGE sql AS 'SELECT 1';
CREATE VIEW shop.names AS SELECT name FROM shop.customers;
`;

/** Statements as the code has them, and what is wrong with them. Above each, `import` and types. */
const cases: Readonly<Record<string, readonly [code: string, ...mistakes: string[]]>> = {
  'a row of every type': [
    `read<{ id: OrderId; state: 'open' | 'sent'; total: string; weight: string | null; items: number; tags: string[]; totals: string[]; detail: { note: string }; image: Buffer | null; isGift: boolean; placedAt: Date }>(
       'SELECT id, state, total, weight, items, tags, totals, detail, image, is_gift AS "isGift", placed_at AS "placedAt" FROM shop.orders')`,
  ],
  'a bigint as a number': [
    `read<{ total: number }>('SELECT total FROM shop.orders')`,
    '"total" is bigint, which pg gives as string. The code says number.',
  ],
  'a sum of integers as a number': [
    `read<{ total: number }>('SELECT sum(items) AS total FROM shop.orders')`,
    '"total" is bigint, which pg gives as string. The code says number.',
  ],
  'an array of bigint as numbers': [
    `read<{ totals: number[] }>('SELECT totals FROM shop.orders')`,
    '"totals" is bigint[], which pg gives as string[]. The code says number[].',
  ],
  'an array of an enumeration, which pg leaves as text': [
    `read<{ states: string[] }>('SELECT states FROM shop.orders')`,
    '"states" is shop.state[], which pg gives as string. The code says string[].',
  ],
  'a time as text': [
    `read<{ placedAt: string }>('SELECT placed_at AS "placedAt" FROM shop.orders')`,
    '"placedAt" is timestamp with time zone, which pg gives as Date. The code says string.',
  ],
  'a column that the code writes otherwise': [
    `read<{ placedAt: Date }>('SELECT placed_at FROM shop.orders')`,
    'There is no column "placedAt". There are: placed_at.',
  ],
  'an optional property without a column': [
    `read<{ id: string; note?: string }>('SELECT id FROM shop.orders')`,
  ],
  'a column that may be null': [
    `read<{ weight: string; email: string }>('SELECT weight, email FROM shop.orders JOIN shop.customers ON customer_id = customers.id')`,
    '"weight" may be null. The code says string.',
    '"email" may be null. The code says string.',
  ],
  'a column that an outer join leaves null': [
    `read<{ items: number; name: string }>('SELECT items, name FROM shop.orders LEFT JOIN shop.customers ON customer_id = customers.id')`,
    '"name" may be null. The code says string.',
  ],
  'the other side of an outer join': [
    `read<{ items: number; name: string }>('SELECT items, name FROM shop.orders RIGHT JOIN shop.customers ON customer_id = customers.id')`,
    '"items" may be null. The code says number.',
  ],
  'an anti join, whose other side is null': [
    `read<{ items: number; name: string }>('SELECT items, name FROM shop.orders LEFT JOIN shop.customers ON customer_id = customers.id WHERE customers.id IS NULL')`,
    '"name" may be null. The code says string.',
  ],
  'a procedure with a name like a join': [`read('CALL shop."join"($1)', [1])`],
  'a type that has more than the database gives': [
    `read<{ total: string | number }>('SELECT total FROM shop.orders')`,
  ],
  'a tuple of unknown length': [
    `read('SELECT 1 FROM shop.orders WHERE id = $1 AND items = $2', null as unknown as [OrderId, ...number[]])`,
  ],
  'a statement that a person answers for': [
    `read<{ weight: string }>('SELECT weight FROM shop.orders WHERE weight IS NOT NULL -- unchecked: not null here')`,
  ],
  'a column of a view, of which PostgreSQL does not know': [
    `read<{ name: string }>('SELECT name FROM shop.names')`,
  ],
  'a table that is not there': [
    `read('SELECT 1 FROM shop.order')`,
    'PostgreSQL refuses it: relation "shop.order" does not exist.',
  ],
  'a mistake in the grammar': [`read('SELEC 1')`, 'PostgreSQL refuses it: syntax error at or near "SELEC".'],
  'values of every type': [
    `read('UPDATE shop.orders SET state = $1, total = $2, weight = $3, items = $4, tags = $5, detail = $6, image = $7, is_gift = $8, placed_at = $9 WHERE id = $10',
       [state, 12n, '1.5', 4, ['new'], { note: 'x' }, new Uint8Array(), true, new Date(), undefined as OrderId | undefined])`,
  ],
  'a number for a boolean': [
    `read('SELECT 1 FROM shop.orders WHERE is_gift = $1', [1 as number])`,
    '$1 is boolean, and the value is number.',
  ],
  'a text for an integer': [
    `read('SELECT 1 FROM shop.orders WHERE items = $1', [state as string])`,
    '$1 is smallint, and the value is string.',
  ],
  'an array for JSON, which pg sends as an array of PostgreSQL': [
    `read('UPDATE shop.orders SET detail = $1', [[{ note: 'x' }]])`,
    '$1 is jsonb, and the value is { note: string; }[].',
  ],
  'numbers for an array of texts': [
    `read('SELECT 1 FROM shop.orders WHERE tags && $1', [[1, 2]])`,
    '$1 is text[], and the value is number[].',
  ],
  'fewer values than parameters': [
    `read('SELECT 1 FROM shop.orders WHERE id = $1 AND items = $2', [id])`,
    'The statement has 2 parameters, and the call 1 values.',
  ],
  'values that nobody can count': [`read('SELECT 1 FROM shop.orders WHERE id = $1', [...ids])`],
  'the query of a transaction': [
    `transaction(async (query) => query<{ total: number }>('INSERT INTO shop.orders (id) VALUES ($1) RETURNING total', [id]))`,
    '"total" is bigint, which pg gives as string. The code says number.',
  ],
  'a query that is handed on': [
    `(async (query: Query) => (await query<{ items: string }>('SELECT items FROM shop.orders'))[0])`,
    '"items" is smallint, which pg gives as number. The code says string.',
  ],
  'a row that the compiler infers': [
    `(async (): Promise<{ items: string }[]> => read('SELECT items FROM shop.orders'))`,
    '"items" is smallint, which pg gives as number. The code says string.',
  ],
  'constants and templates': [
    `read<{ items: string }>(\`SELECT \${columns} FROM \${table.orders}\` + ' LIMIT 1')`,
    '"items" is smallint, which pg gives as number. The code says string.',
  ],
  'both branches of a condition': [
    `read(\`SELECT 1 FROM \${ids.length > 0 ? 'shop.orders' : 'shop.orderz'}\`)`,
    'PostgreSQL refuses it: relation "shop.orderz" does not exist.',
  ],
  'a statement that changes nothing when it is checked': [`read('DELETE FROM shop.customers')`],
};

const head = `import { type Query, read, transaction } from '@nanoservices/postgres';
type OrderId = string & { readonly brand: 'OrderId' };
declare const state: 'open' | 'sent', id: OrderId, ids: OrderId[], columns: 'items';
const table = { orders: 'shop.orders' } as const;
export const one =\n`;

let workspace: TemporaryWorkspace;
const url = process.env.DATABASE_URL as string;
let check: StatementCheck;
const fileOf = (name: string) => `libs/storage/src/${name.replaceAll(/\W+/g, '-')}.ts`;

beforeAll(async () => {
  workspace = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module', workspaces: ['libs/*'] },
    'libs/storage/package.json': { name: '@shop/storage', type: 'module' },
    'schema.sql': schema,
    'libs/storage/src/dynamic.ts': `import { read } from '@nanoservices/postgres';
export const all = (table: string) => read(\`SELECT * FROM \${table}\`);
export const query = (sql: string) => ({ read: sql });
query('SELECT nothing');
`,
  });
  workspace.linkPackages();
  for (const [name, [code]] of Object.entries(cases)) workspace.write(fileOf(name), `${head}  ${code};\n`);
  await runSqlFile(url, `${workspace.root}/schema.sql`);
  check = await checkStatements(readLayout(workspace.root), url);
});
afterAll(() => workspace[Symbol.dispose]());

describe('statements are compared with the database:', () => {
  it.each(Object.entries(cases))('%s', (name, [, ...mistakes]) => {
    const found = check.mistakes.filter((mistake) => mistake.startsWith(`${fileOf(name)}:`));
    expect(found.map((mistake) => mistake.replace(/^.*?:\d+:\d+: /, ''))).toEqual(mistakes);
  });

  it('the place of each is told', () => {
    expect(check.mistakes).toContainEqual(
      expect.stringMatching(/^libs\/storage\/src\/a-bigint-as-a-number\.ts:6:27: "total"/),
    );
  });

  it('those that only a running program makes are told apart', () => {
    expect(check.unknown).toEqual(['libs/storage/src/dynamic.ts:2:44']);
    expect(check.checked).toBe(Object.keys(cases).length - 1);
    expect(check.leftOut).toEqual([expect.stringMatching(/a-statement-that-a-person-answers-for/)]);
  });

  it('packages that are not installed are told, since nothing would be found', async () => {
    using other = new TemporaryWorkspace({
      'package.json': { name: 'shop', type: 'module' },
      'libs/storage/package.json': { name: '@shop/storage', type: 'module' },
      'libs/storage/src/orders.ts': `import { read } from '@nanoservices/postgres';\nread('SELEC 1');\n`,
    });
    await expect(checkStatements(readLayout(other.root), url)).rejects.toThrow(
      /libs\/storage\/src\/orders\.ts: @nanoservices\/postgres is not installed/,
    );
  });
});
