import { createHmac } from 'node:crypto';
import {
  advisoryLocks,
  applyRoles,
  asRole,
  connect,
  type DatabaseRole,
  formatGrants,
  type Grants,
  parseGrants,
  passwordOf,
  type RolesOptions,
} from '@nanoservices/postgres/admin';
import pg from 'pg';
import { readTables, rolesToCorrect } from './role-state.ts';

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
  const role = roleName(prefix, functionName);
  return asRole(ownerUrl, role, rolePassword(ownerUrl, role));
}

/**
 * Creates or corrects the roles of functions, as far as their rights in the database differ. A comment on each role holds its
 * rights, for a database that replaces this one.
 *
 * @param mode - `exact` revokes what is not granted here; `grant` only adds what is missing
 * @returns the functions whose roles were corrected
 */
export async function grantFunctions(
  { ownerUrl, prefix }: FunctionRoles,
  grants: FunctionGrants,
  mode: RolesOptions['mode'],
): Promise<string[]> {
  const client = await connect(ownerUrl);
  try {
    const roles = rolesOf(prefix, grants);
    if ((await rolesToCorrect(client, roles, mode)).length === 0) return [];
    // Several processes may find the same.
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLocks.roles]);
    const wrong = await rolesToCorrect(client, roles, mode);
    await giveRoles(ownerUrl, wrong, mode);
    for (const { name, grants: given } of wrong) {
      await client.query(
        `COMMENT ON ROLE ${pg.escapeIdentifier(name)} IS ${pg.escapeLiteral(formatGrants(given))}`,
      );
    }
    return wrong.map(({ name, functionName = name }) => functionName);
  } finally {
    await client.end();
  }
}

/** Creates the roles of functions in a new database. */
export async function grantAll({ ownerUrl, prefix }: FunctionRoles, grants: FunctionGrants): Promise<void> {
  await giveRoles(ownerUrl, rolesOf(prefix, grants), 'exact');
}

/** Gives all existing roles the rights that their comments hold, as far as the database has the tables. */
export async function grantAgain({ ownerUrl, prefix }: FunctionRoles): Promise<void> {
  const client = await connect(ownerUrl);
  try {
    const tables = new Set(await readTables(client));
    const { rows } = await client.query<{ name: string; grants: string | null }>(
      `SELECT rolname AS name, shobj_description(oid, 'pg_authid') AS grants FROM pg_roles
       WHERE starts_with(rolname, $1)`,
      [`${prefix}-`],
    );
    const roles = rows.map(({ name, grants }) => {
      const known = Object.entries(commentedGrants(grants)).filter(([table]) => tables.has(table));
      return { name, grants: Object.fromEntries(known) };
    });
    await applyRoles(ownerUrl, roles, { mode: 'exact' });
  } finally {
    await client.end();
  }
}

/** Comments are not only ours: a role with another one has no rights until it is needed. */
function commentedGrants(comment: string | null): Grants {
  try {
    return parseGrants(comment ?? '');
  } catch {
    return {};
  }
}

async function giveRoles(
  ownerUrl: string,
  roles: readonly DatabaseRole[],
  mode: RolesOptions['mode'],
): Promise<void> {
  await applyRoles(ownerUrl, roles, { mode, passwordOf: (role) => rolePassword(ownerUrl, role) });
}

function rolesOf(prefix: string, grants: FunctionGrants): DatabaseRole[] {
  return [...grants].map(([functionName, tables]) => ({
    name: roleName(prefix, functionName),
    functionName,
    grants: tables,
  }));
}

function roleName(prefix: string, functionName: string): string {
  return `${prefix}-${functionName}`;
}

/** Derived from the owner's password: the same in every process, and stored nowhere. */
function rolePassword(ownerUrl: string, role: string): string {
  return createHmac('sha256', passwordOf(ownerUrl)).update(role).digest('base64url');
}
