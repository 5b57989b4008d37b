import type { Privilege } from '@nanoservices/endpoint';

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

/** Reads the line that {@link formatGrants} writes. */
export function parseGrants(text: string): Grants {
  const pairs = text.split(',').map((one) => one.split(':') as [string, string | undefined]);
  return Object.fromEntries(
    pairs.flatMap(([table, privileges]) =>
      privileges ? [[table, privileges.split('+') as Privilege[]]] : [],
    ),
  );
}

/** Tells if `whole` has every privilege of `part`. */
export function isWithin(part: Grants, whole: Grants): boolean {
  return Object.entries(part).every(([table, privileges]) =>
    privileges.every((privilege) => whole[table]?.includes(privilege)),
  );
}
