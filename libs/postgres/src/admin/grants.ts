import type { Privilege } from '@nanoservices/endpoint';
import { DatabaseMistake } from './database-mistake.ts';

/** Privileges of a role, keyed by table: `{ 'orders.orders': ['select'] }`. */
export type Grants = Readonly<Record<string, readonly Privilege[]>>;

/** PostgreSQL role of a function. */
export interface DatabaseRole {
  readonly name: string;
  /** Name of the function, for messages. Default: the role's. */
  readonly functionName?: string;
  readonly grants: Grants;
  /** Connections that the role may have at once. Default: as it is, at first any number. */
  readonly connectionLimit?: number;
}

/** Unites grants: a function with several endpoints has the grants of all. */
export function unionOfGrants(parts: readonly Grants[]): Grants {
  const union: Record<string, Privilege[]> = {};
  for (const part of parts) {
    for (const [table, privileges] of Object.entries(part)) {
      union[table] = [...new Set([...(union[table] ?? []), ...privileges])].sort();
    }
  }
  return union;
}

/** Writes grants on one short line: `orders.items:select,orders.orders:insert+select`. */
export function formatGrants(grants: Grants): string {
  return Object.entries(grants)
    .map(([table, privileges]) => `${table}:${privileges.toSorted().join('+')}`)
    .sort()
    .join(',');
}

/**
 * Reads the line that {@link formatGrants} writes. It comes from places that others may write to, so its words are checked.
 *
 * @throws DatabaseMistake when a part of it is no table with privileges that a contract can declare
 */
export function parseGrants(text: string): Grants {
  const grants: Record<string, Privilege[]> = {};
  for (const one of text === '' ? [] : text.split(',')) {
    const [table = '', given] = one.split(/:(.*)/s);
    if (given === undefined) throw new DatabaseMistake(`${JSON.stringify(one)} has no privileges.`);
    grants[table] = (given === '' ? [] : given.split('+')) as Privilege[];
  }
  const mistake = mistakeInGrants(grants);
  if (mistake) throw new DatabaseMistake(`${mistake}.`);
  return grants;
}

const declarable: readonly string[] = ['select', 'insert', 'update', 'delete'] satisfies Privilege[];

/** @returns the mistake in grants, without a full stop; undefined where there is none */
export function mistakeInGrants(grants: Readonly<Record<string, readonly string[]>>): string | undefined {
  for (const [table, given] of Object.entries(grants)) {
    if (!/^[^.:,+]+\.[^.:,+]+$/.test(table)) {
      return `${JSON.stringify(table)} is no table with its schema, such as "orders.orders"`;
    }
    const unknown = given.find((one) => !declarable.includes(one));
    if (unknown !== undefined) {
      return `${JSON.stringify(unknown)} is no privilege for "${table}". There are: ${declarable.join(', ')}`;
    }
  }
  return undefined;
}

/** Tells if `whole` has every privilege of `part`. */
export function isWithin(part: Grants, whole: Grants): boolean {
  return Object.entries(part).every(([table, privileges]) =>
    privileges.every((privilege) => whole[table]?.includes(privilege)),
  );
}
