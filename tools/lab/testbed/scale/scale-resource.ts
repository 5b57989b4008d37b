/** A resource of a generated workspace. */
export interface ScaleResource {
  /** The singular, as endpoints have it in their names: `order-2`. */
  readonly one: string;
  /** The plural, as in its folder and its path: `orders-2`. */
  readonly many: string;
  /** The name of its types: `Order2`. */
  readonly type: string;
  /** The table of its rows: `orders_2.orders`. */
  readonly table: string;
  readonly fields: readonly Field[];
}

interface Field {
  readonly name: string;
  /** A schema in zod/mini. */
  readonly schema: string;
  readonly sql: string;
}

const nouns = 'order invoice product customer shipment ticket review coupon booking device'.split(' ');

/** A resource has four to twelve of these. */
const fields: readonly Field[] = [
  { name: 'title', schema: 'line(100)', sql: 'text' },
  { name: 'quantity', schema: 'z.int().check(z.minimum(0), z.maximum(10_000))', sql: 'integer' },
  { name: 'stage', schema: "z.enum(['new', 'open', 'closed'])", sql: 'text' },
  { name: 'urgent', schema: 'z.boolean()', sql: 'boolean' },
  { name: 'contact', schema: 'z.email()', sql: 'text' },
  { name: 'parent', schema: 'z.uuidv7()', sql: 'uuid' },
  { name: 'price', schema: 'z.number().check(z.minimum(0))', sql: 'double precision' },
  { name: 'notes', schema: 'line(2000)', sql: 'text' },
  { name: 'priority', schema: 'z.int().check(z.minimum(1), z.maximum(5))', sql: 'smallint' },
  { name: 'region', schema: 'z.string().check(z.regex(/^[a-z]{2}-[a-z]+-\\d$/))', sql: 'text' },
  { name: 'currency', schema: "z.enum(['EUR', 'USD', 'GBP', 'JPY'])", sql: 'text' },
  { name: 'website', schema: 'z.url()', sql: 'text' },
];

/** The resource of a zero-based number. No two share a name, and neighbours differ in their fields. */
export function scaleResource(index: number): ScaleResource {
  const noun = nouns[index % nouns.length] as string;
  const round = Math.floor(index / nouns.length) + 1;
  const suffix = round === 1 ? '' : `-${round}`;
  const capital = noun.charAt(0).toUpperCase() + noun.slice(1);
  const count = 4 + (index % 9);
  return {
    one: noun + suffix,
    many: `${noun}s${suffix}`,
    type: capital + (round === 1 ? '' : round),
    table: `${noun}s${suffix.replace('-', '_')}.${noun}s`,
    fields: Array.from({ length: count }, (_, at) => fields[(index + at) % fields.length] as Field),
  };
}

/** The resource's file in libs/validation. */
export function validationFile({ type, one, fields }: ScaleResource): string {
  const words = one.replace('-', ' ');
  const usesLine = fields.some(({ schema }) => schema.startsWith('line'));
  return `import { ${usesLine ? 'line, ' : ''}Problem, Timestamp, Version } from '@nanoservices/endpoint';
import * as z from 'zod/mini';
import { OwnerId } from './ids.ts';

export const ${type}Id = z.uuidv7().check(z.toLowerCase()).brand<'${type}Id'>();
export type ${type}Id = z.output<typeof ${type}Id>;

export const New${type} = z.strictObject({
${fields.map(({ name, schema }) => `  ${name}: ${schema},`).join('\n')}
});
export type New${type} = z.output<typeof New${type}>;

export const ${type} = z.strictObject({
  ...New${type}.shape,
  id: ${type}Id,
  ownerId: OwnerId,
  archived: z.boolean(),
  version: Version,
  createdAt: Timestamp,
});
export type ${type} = z.output<typeof ${type}>;

export const ${type}Changes = z
  .partial(New${type})
  .check(z.refine((changes) => Object.keys(changes).length > 0, 'At least one field is required'));
export type ${type}Changes = z.output<typeof ${type}Changes>;

export class ${type}NotFound extends Problem {
  static override readonly type = '${one}-not-found';
  static override readonly status = 404;
  static override readonly title = '${words} not found';
  constructor(id: ${type}Id) {
    super(\`There is no ${words} \${id}.\`);
  }
}
`;
}

/** The file of libs/validation that all resources use. */
export const idsFile = `import * as z from 'zod/mini';

export const OwnerId = z.string();
export type OwnerId = z.output<typeof OwnerId>;
`;

/** The resource's file in libs/data-access. */
export function dataAccessFile({ type, table, fields }: ScaleResource): string {
  const names = fields.map(({ name }) => name);
  const inserted = names.map((_, at) => `$${at + 3}`).join(', ');
  const updated = names.map((name, at) => `${name} = coalesce($${at + 2}, ${name})`).join(', ');
  return `import type { Page, PageQuery } from '@nanoservices/endpoint';
import { pageOf, read, transaction } from '@nanoservices/postgres';
import {
  type New${type},
  type OwnerId,
  type ${type},
  type ${type}Changes,
  type ${type}Id,
  ${type}NotFound,
} from '@shop/validation';
import { v7 as uuidv7 } from 'uuid';

const columns = \`${names.join(', ')}, id, owner_id AS "ownerId", archived, version, created_at AS "createdAt"\`;

export async function find(id: ${type}Id): Promise<${type} | undefined> {
  const [row] = await read<Row>(\`SELECT \${columns} FROM ${table} WHERE id = $1\`, [id]);
  return row && toEntity(row);
}

export async function list({ limit, cursor }: PageQuery, ownerId?: OwnerId): Promise<Page<${type}>> {
  const rows = await read<Row>(
    \`SELECT \${columns} FROM ${table}
     WHERE ($1::uuid IS NULL OR id < $1) AND ($2::text IS NULL OR owner_id = $2)
     ORDER BY id DESC LIMIT $3\`,
    [cursor ?? null, ownerId ?? null, limit + 1],
  );
  return pageOf(rows.map(toEntity), limit);
}

export async function count(): Promise<number> {
  const [row] = await read<{ count: number }>('SELECT count(*)::integer AS count FROM ${table}');
  return row?.count ?? 0;
}

export function create(entity: New${type}, ownerId: OwnerId): Promise<${type}> {
  return transaction(async (query) => {
    const [row] = await query<Row>(
      \`INSERT INTO ${table} (id, owner_id, ${names.join(', ')}) VALUES ($1, $2, ${inserted}) RETURNING \${columns}\`,
      [uuidv7(), ownerId, ${names.map((name) => `entity.${name}`).join(', ')}],
    );
    return toEntity(row as Row);
  });
}

/** @throws ${type}NotFound */
export function change(id: ${type}Id, changes: ${type}Changes): Promise<${type}> {
  return changed(id, '${updated}', [${names.map((name) => `changes.${name} ?? null`).join(', ')}]);
}

/** @throws ${type}NotFound */
export function setArchived(id: ${type}Id, archived: boolean): Promise<${type}> {
  return changed(id, 'archived = $2', [archived]);
}

/** @throws ${type}NotFound */
export function remove(id: ${type}Id): Promise<void> {
  return transaction(async (query) => {
    const removed = await query('DELETE FROM ${table} WHERE id = $1 RETURNING id', [id]);
    if (removed.length === 0) throw new ${type}NotFound(id);
  });
}

function changed(id: ${type}Id, changes: string, values: readonly unknown[]): Promise<${type}> {
  return transaction(async (query) => {
    const [row] = await query<Row>(
      \`UPDATE ${table} SET \${changes}, version = version + 1 WHERE id = $1 RETURNING \${columns}\`,
      [id, ...values],
    );
    if (!row) throw new ${type}NotFound(id);
    return toEntity(row);
  });
}

type Row = Omit<${type}, 'createdAt'> & { createdAt: Date };

function toEntity({ createdAt, ...row }: Row): ${type} {
  return { ...row, createdAt: createdAt.toISOString() };
}
`;
}

/** The migration that creates the tables of all resources. */
export function migrationFile(resources: readonly ScaleResource[]): string {
  const schemaOf = ({ table }: ScaleResource) => table.split('.')[0];
  const created = resources.map(
    (resource) => `CREATE SCHEMA ${schemaOf(resource)};

CREATE TABLE ${resource.table} (
  id uuid PRIMARY KEY,
  owner_id text NOT NULL,
${resource.fields.map(({ name, sql }) => `  ${name} ${sql} NOT NULL,`).join('\n')}
  archived boolean NOT NULL DEFAULT false,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT now()
);
`,
  );
  const dropped = resources.map((resource) => `DROP SCHEMA ${schemaOf(resource)} CASCADE;`);
  return `-- Up Migration\n${created.join('\n')}\n-- Down Migration\n${dropped.join('\n')}\n`;
}
