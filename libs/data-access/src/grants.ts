import type { Privilege } from '@nanoservices/endpoint';

/** What a role may do, by table: `{ 'users.users': ['select'] }`. */
export type Grants = Readonly<Record<string, readonly Privilege[]>>;

/** The PostgreSQL role that a function connects as. */
export interface DatabaseRole {
  readonly name: string;
  readonly grants: Grants;
}

/** All that the parts may do, as one: the grants of a function that holds several endpoints. */
export function unionOfGrants(parts: readonly Grants[]): Grants {
  const union: Record<string, Privilege[]> = {};
  for (const part of parts) {
    for (const [table, privileges] of Object.entries(part)) {
      union[table] = [...new Set([...(union[table] ?? []), ...privileges])].sort();
    }
  }
  return union;
}
