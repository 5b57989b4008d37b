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

/** Grants on one short line, as `games.games:insert+select,games.players:select`. */
export function formatGrants(grants: Grants): string {
  return Object.entries(grants)
    .map(([table, privileges]) => `${table}:${privileges.toSorted().join('+')}`)
    .sort()
    .join(',');
}

/** What {@link formatGrants} has written. */
export function parseGrants(text: string): Grants {
  const pairs = text.split(',').map((one) => one.split(':') as [string, string | undefined]);
  return Object.fromEntries(
    pairs.flatMap(([table, privileges]) =>
      privileges ? [[table, privileges.split('+') as Privilege[]]] : [],
    ),
  );
}

/** Whether what the first may do is a part of what the second may do. */
export function isWithin(part: Grants, whole: Grants): boolean {
  return Object.entries(part).every(([table, privileges]) =>
    privileges.every((privilege) => whole[table]?.includes(privilege)),
  );
}
