import { createHash, createHmac } from 'node:crypto';
import type { DatabaseFiles } from '@nanoservices/model';
import { type DatabaseRole, type Grants, migrationsHash } from '@nanoservices/postgres/admin';
import type { Client } from 'pg';

/** Rights of functions in the database, by their names. */
export type FunctionGrants = ReadonlyMap<string, Grants>;

/** The roles of functions in one local database. */
export interface FunctionRoles {
  /** Connection string of the database's owner. */
  readonly ownerUrl: string;
  /** First part of the roles' names: roles belong to the whole server. */
  readonly prefix: 'local' | 'test';
}

/** @returns the connection string of a function, as its role */
export function functionUrl({ ownerUrl, prefix }: FunctionRoles, functionName: string): string {
  const url = new URL(ownerUrl);
  url.username = roleName(prefix, functionName);
  url.password = rolePassword(ownerUrl, url.username);
  return url.href;
}

/**
 * Creates or corrects the roles of functions. A comment on each role holds the hash of its rights, so that usually there is
 * nothing to do.
 *
 * @param client - any connection to the server
 * @param files - the workspace's migrations
 */
export async function grantFunctions(
  client: Client,
  { ownerUrl, prefix }: FunctionRoles,
  grants: FunctionGrants,
  files: DatabaseFiles | undefined,
): Promise<void> {
  const database = new URL(ownerUrl).pathname.slice(1);
  const { rows } = await client.query<{ oid: string }>('SELECT oid FROM pg_database WHERE datname = $1', [
    database,
  ]);
  // A migration may recreate a table, without the rights on the old one.
  const schema = files ? await migrationsHash(files.migrations) : 'none';
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

/** Creates the roles of functions in a new database. */
export async function grantAll({ ownerUrl, prefix }: FunctionRoles, grants: FunctionGrants): Promise<void> {
  await giveRoles(
    ownerUrl,
    [...grants].map(([name, tables]) => ({ name: roleName(prefix, name), grants: tables })),
  );
}

async function giveRoles(ownerUrl: string, roles: readonly DatabaseRole[]): Promise<void> {
  // Loaded on demand: most runs find nothing to do.
  const { applyRoles } = await import('@nanoservices/postgres/admin');
  await applyRoles(ownerUrl, roles, { mode: 'exact', passwordOf: (role) => rolePassword(ownerUrl, role) });
}

function roleName(prefix: string, functionName: string): string {
  return `${prefix}-${functionName}`;
}

/** Derived from the owner's password: the same in every process, and stored nowhere. */
function rolePassword(ownerUrl: string, role: string): string {
  return createHmac('sha256', new URL(ownerUrl).password).update(role).digest('base64url');
}
