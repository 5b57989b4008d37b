import pg, { type Client } from 'pg';
import type { Kind } from './code-type.ts';

/** Type of PostgreSQL, with the kinds of its values in JavaScript. */
export interface DatabaseType {
  /** Name in SQL: `timestamp with time zone`. */
  readonly name: string;
  /** Kind that `pg` gives for a value. */
  readonly read: Kind;
  /** Kinds that may be sent for a value. */
  readonly sent: ReadonlySet<Kind>;
  /** Elements of an array. Undefined for an array that `pg` leaves as text. */
  readonly element?: DatabaseType;
}

/** One value of each type whose values `pg` does not give as text, as PostgreSQL writes it. */
const samples: Readonly<Record<string, string>> = {
  bool: 't',
  bytea: '\\x00',
  date: '2000-01-01',
  timestamp: '2000-01-01 00:00:00',
  timestamptz: '2000-01-01 00:00:00+00',
  interval: '1 day',
  point: '(1,2)',
  circle: '<(1,2),3>',
};
const json = ['json', 'jsonb'];

/** Kinds that `pg` takes, by the kind that it gives. A Date is sent in a form that PostgreSQL reads, and so is any text. */
const sentFor: Readonly<Record<Kind, readonly Kind[]>> = {
  string: ['string'],
  number: ['number', 'bigint'],
  bigint: ['bigint', 'number', 'string'],
  boolean: ['boolean'],
  date: ['date', 'string'],
  bytes: ['bytes'],
  array: ['array'],
  object: ['object', 'string'],
  // pg sends an array as an array of PostgreSQL, which is no JSON.
  any: ['string', 'object'],
};
/** Given as text, since a number of JavaScript cannot hold each of their values; a number may be sent. */
const longNumbers = ['int8', 'numeric', 'money'];

interface TypeRow {
  readonly oid: number;
  readonly typname: string;
  readonly name: string;
  readonly element: number;
}

/** The types with these object ids, by id. */
export async function databaseTypes(
  client: Client,
  ids: readonly number[],
): Promise<ReadonlyMap<number, DatabaseType>> {
  const { rows } = await client.query<TypeRow>(
    `WITH RECURSIVE wanted (id) AS (
       SELECT unnest($1::oid[]) UNION SELECT typelem FROM pg_type JOIN wanted ON oid = id WHERE typcategory = 'A'
     )
     SELECT oid, typname, format_type(oid, NULL) AS name, CASE WHEN typcategory = 'A' THEN typelem ELSE 0 END AS element
     FROM pg_type WHERE oid IN (SELECT id FROM wanted)`,
    [ids],
  );
  const byId = new Map(rows.map((row) => [row.oid, row]));
  return new Map(rows.map((row) => [row.oid, typeOf(row, byId)]));
}

function typeOf(row: TypeRow, byId: ReadonlyMap<number, TypeRow>): DatabaseType {
  const { oid, typname, name } = row;
  const elements = byId.get(row.element);
  if (elements) {
    const element = typeOf(elements, byId);
    const read: unknown = pg.types.getTypeParser(oid, 'text')(`{${samples[elements.typname] ?? 1}}`);
    const isArray = Array.isArray(read);
    const given = isArray && !json.includes(elements.typname) ? kindOfValue(read[0]) : element.read;
    return {
      ...{ name, read: isArray ? 'array' : 'string', sent: new Set<Kind>(['array']) },
      element: { ...element, read: given },
    };
  }
  const read = json.includes(typname)
    ? 'any'
    : kindOfValue(pg.types.getTypeParser(oid, 'text')(samples[typname] ?? '1'));
  const isLong = longNumbers.includes(typname);
  return { name, read, sent: new Set(isLong ? sentFor.bigint : sentFor[read]) };
}

function kindOfValue(value: unknown): Kind {
  if (value instanceof Date) return 'date';
  if (value instanceof Uint8Array) return 'bytes';
  const kind = typeof value;
  return kind === 'string' || kind === 'number' || kind === 'bigint' || kind === 'boolean' ? kind : 'object';
}
