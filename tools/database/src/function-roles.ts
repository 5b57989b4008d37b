import { createHash, createHmac } from 'node:crypto';
import type { DatabaseRole, Grants } from '@nanoservices/data-access/grants';
import { migrationsHash } from '@nanoservices/data-access/migrate';
import type { Client } from 'pg';

/** What functions need of the database, by their names. */
export type FunctionGrants = ReadonlyMap<string, Grants>;

/** The roles of functions in one database of a server of this machine. */
export interface FunctionRoles {
  /** Connection string of the database's owner. */
  readonly ownerUrl: string;
  /** Begins the names of the roles, which belong to the whole server. */
  readonly prefix: 'local' | 'test';
}

/** The connection string that a function connects with, as a role of its own. */
export function functionUrl({ ownerUrl, prefix }: FunctionRoles, functionName: string): string {
  const url = new URL(ownerUrl);
  url.username = roleName(prefix, functionName);
  url.password = rolePassword(ownerUrl, url.username);
  return url.href;
}

/**
 * Makes or corrects the roles of these functions. What a role was last given is kept as its comment, so that usually there
 * is nothing to do.
 *
 * @param client - any connection to the server
 */
export async function grantFunctions(
  client: Client,
  { ownerUrl, prefix }: FunctionRoles,
  grants: FunctionGrants,
): Promise<void> {
  const database = new URL(ownerUrl).pathname.slice(1);
  const { rows } = await client.query<{ oid: string }>('SELECT oid FROM pg_database WHERE datname = $1', [
    database,
  ]);
  // A migration may make a table anew, without what roles might do with the old one.
  const schema = await migrationsHash();
  const wanted = [...grants].map(([name, tables]) => {
    const state = createHash('sha256').update(JSON.stringify([rows[0]?.oid, schema, tables]));
    return { name: roleName(prefix, name), grants: tables, state: state.digest('hex') };
  });
  const { rows: found } = await client.query<{ name: string; state: string | null }>(
    `SELECT rolname AS name, shobj_description(oid, 'pg_authid') AS state FROM pg_roles WHERE rolname = ANY ($1)`,
    [wanted.map(({ name }) => name)],
  );
  const states = new Map(found.map(({ name, state }) => [name, state]));
  const changed = wanted.filter(({ name, state }) => states.get(name) !== state);
  if (changed.length === 0) return;
  await giveRoles(ownerUrl, changed);
  for (const { name, state } of changed) await client.query(`COMMENT ON ROLE "${name}" IS '${state}'`);
}

/** Makes the roles of these functions in a database that is new. */
export async function grantAll({ ownerUrl, prefix }: FunctionRoles, grants: FunctionGrants): Promise<void> {
  await giveRoles(
    ownerUrl,
    [...grants].map(([name, tables]) => ({ name: roleName(prefix, name), grants: tables })),
  );
}

async function giveRoles(ownerUrl: string, roles: readonly DatabaseRole[]): Promise<void> {
  // Loaded when needed: most runs find nothing to do.
  const { applyRoles } = await import('@nanoservices/data-access/roles');
  await applyRoles(ownerUrl, roles, { mode: 'exact', passwordOf: (role) => rolePassword(ownerUrl, role) });
}

function roleName(prefix: string, functionName: string): string {
  return `${prefix}-${functionName}`;
}

/** Known to whoever knows the owner's, and so the same in every process; nothing has to be stored. */
function rolePassword(ownerUrl: string, role: string): string {
  return createHmac('sha256', new URL(ownerUrl).password).update(role).digest('base64url');
}
