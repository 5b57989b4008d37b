import pg from 'pg';
import { advisoryLocks } from './advisory-locks.ts';
import { connect } from './connect.ts';
import { DatabaseMistake } from './database-mistake.ts';
import { doBlock } from './do-block.ts';
import type { DatabaseRole } from './grants.ts';
import { settingsSql } from './role-settings.ts';
import { scramVerifier } from './scram.ts';
import { withLock } from './with-lock.ts';

export interface RolesOptions {
  /**
   * Handling of undeclared privileges: `grant` keeps them, `exact` revokes them. While two versions of a function may
   * run, only `grant` is safe. Once the old version is gone, `exact` restores least privilege.
   */
  readonly mode: 'grant' | 'exact';
  /** Passwords to set. Roles without one keep their password. */
  readonly passwordOf?: (role: string) => string | undefined;
}

/** Maximum length of a role name: PostgreSQL truncates longer ones. */
export const roleNameLimit = 63;

/**
 * Creates the roles of functions, gives them their settings and grants their privileges, in one transaction. The roles own
 * nothing, inherit nothing and cannot create anything, not even temporary tables.
 *
 * @param databaseUrl - connection string of a role that owns the database and its tables, and has CREATEROLE
 * @throws DatabaseMistake when a table does not exist, or the role may not create roles
 */
export async function applyRoles(
  databaseUrl: string,
  roles: readonly DatabaseRole[],
  options: RolesOptions,
): Promise<void> {
  const client = await connect(databaseUrl);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await client.query('BEGIN');
        await checkTables(client, roles);
        await client.query(rolesSql(roles, options, await readSchemas(client), client.database ?? ''));
        await client.query('COMMIT');
        return;
      } catch (error) {
        await client.query('ROLLBACK');
        if (!(isConcurrent(error) && attempt < 10)) throw explain(error);
      }
    }
  } finally {
    await client.end();
  }
}

/**
 * Reads the number of connections that the server takes from roles like those of functions.
 *
 * @see https://www.postgresql.org/docs/current/runtime-config-connection.html
 */
export async function connectionsOf(databaseUrl: string): Promise<number> {
  const client = await connect(databaseUrl);
  try {
    // Before PostgreSQL 16, there is no reserved_connections.
    const { rows } = await client.query<{ available: number }>(
      `SELECT current_setting('max_connections')::int - current_setting('superuser_reserved_connections')::int
         - coalesce(current_setting('reserved_connections', true)::int, 0) AS available`,
    );
    return rows[0]?.available ?? 0;
  } finally {
    await client.end();
  }
}

/**
 * Drops roles and their privileges in this database. Names without a role are ignored.
 *
 * @throws Error when a role still has privileges in another database
 */
export async function dropRoles(databaseUrl: string, names: readonly string[]): Promise<void> {
  const client = await connect(databaseUrl);
  try {
    for (const name of await existing(client, names)) {
      const role = pg.escapeIdentifier(name);
      // DROP ROLE needs the admin option, which the creator of a role has. DROP OWNED needs membership.
      await client.query(`GRANT ${role} TO CURRENT_USER; DROP OWNED BY ${role}; DROP ROLE ${role}`);
    }
  } finally {
    await client.end();
  }
}

/** @returns the names of all roles of the server that begin with a text */
export async function rolesWithPrefix(databaseUrl: string, prefix: string): Promise<string[]> {
  const client = await connect(databaseUrl);
  try {
    const { rows } = await client.query<{ name: string }>(
      'SELECT rolname AS name FROM pg_roles WHERE left(rolname, length($1)) = $1 ORDER BY 1',
      [prefix],
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

/**
 * Runs `work` under a lock that serializes changes to roles of this database and to their stored passwords.
 *
 * @param work - receives the names of the existing roles
 */
export async function withRolesLocked<Result>(
  databaseUrl: string,
  names: readonly string[],
  work: (found: ReadonlySet<string>) => Promise<Result>,
): Promise<Result> {
  return withLock(databaseUrl, advisoryLocks.roles, async (holder) =>
    work(new Set(await existing(holder, names))),
  );
}

async function existing(client: pg.Client, names: readonly string[]): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    'SELECT rolname AS name FROM pg_roles WHERE rolname = ANY ($1)',
    [names],
  );
  return rows.map(({ name }) => name);
}

/** Makes the SQL of {@link applyRoles}. */
export function rolesSql(
  roles: readonly DatabaseRole[],
  { mode, passwordOf }: RolesOptions,
  schemas: readonly string[],
  database: string,
): string {
  const statements = [
    // Default privileges of every role.
    `REVOKE TEMPORARY ON DATABASE ${pg.escapeIdentifier(database)} FROM PUBLIC;`,
    'REVOKE CREATE ON SCHEMA public FROM PUBLIC;',
  ];
  for (const { name, grants, connectionLimit } of roles) {
    const role = pg.escapeIdentifier(name);
    statements.push(createRole(name), settingsSql(name));
    if (connectionLimit !== undefined)
      statements.push(`ALTER ROLE ${role} CONNECTION LIMIT ${connectionLimit};`);
    const password = passwordOf?.(name);
    if (password)
      statements.push(`ALTER ROLE ${role} PASSWORD ${pg.escapeLiteral(scramVerifier(password))};`);
    if (mode === 'exact') {
      for (const schema of schemas.map(pg.escapeIdentifier)) {
        statements.push(
          `REVOKE ALL ON ALL TABLES IN SCHEMA ${schema} FROM ${role};`,
          `REVOKE ALL ON ALL SEQUENCES IN SCHEMA ${schema} FROM ${role};`,
          `REVOKE ALL ON SCHEMA ${schema} FROM ${role};`,
        );
      }
    }
    const used = new Set(Object.keys(grants).map((table) => splitTable(table).schema));
    for (const schema of used) {
      statements.push(`GRANT USAGE ON SCHEMA ${pg.escapeIdentifier(schema)} TO ${role};`);
    }
    for (const [table, privileges] of Object.entries(grants)) {
      if (privileges.length === 0) continue;
      statements.push(
        `GRANT ${privileges.map(pg.escapeIdentifier).join(', ')} ON ${quoteTable(table)} TO ${role};`,
      );
      if (privileges.includes('insert')) statements.push(grantSequences(table, name));
    }
  }
  return statements.join('\n');
}

function createRole(name: string): string {
  const role = pg.escapeIdentifier(name);
  return doBlock(`BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${pg.escapeLiteral(name)}) THEN
    CREATE ROLE ${role} LOGIN NOINHERIT;
  END IF;
END`);
}

/** Grants the sequences that belong to columns of the table: an insert needs them. */
function grantSequences(table: string, role: string): string {
  return doBlock(`DECLARE owned regclass; BEGIN
  FOR owned IN SELECT objid::regclass FROM pg_depend JOIN pg_class ON pg_class.oid = objid AND relkind = 'S'
    WHERE refobjid = ${pg.escapeLiteral(quoteTable(table))}::regclass AND deptype = 'a'
  LOOP EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', owned, ${pg.escapeLiteral(role)}); END LOOP;
END`);
}

async function readSchemas(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT nspname AS name FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'`,
  );
  return rows.map(({ name }) => name);
}

async function checkTables(client: pg.Client, roles: readonly DatabaseRole[]): Promise<void> {
  for (const { name, functionName = name, grants } of roles) {
    for (const table of Object.keys(grants)) {
      const { rows } = await client.query('SELECT to_regclass($1) IS NOT NULL AS found', [quoteTable(table)]);
      if (!rows[0].found) {
        throw new DatabaseMistake(
          `The contract of ${functionName} declares "${table}" under "database", but the database has no such table. Correct the name, or add a migration.`,
        );
      }
    }
  }
}

function splitTable(table: string): { schema: string; name: string } {
  const [schema = '', name = ''] = table.split('.');
  return { schema, name };
}

function quoteTable(table: string): string {
  const { schema, name } = splitTable(table);
  return `${pg.escapeIdentifier(schema)}.${pg.escapeIdentifier(name)}`;
}

/** Roles belong to the whole cluster, but advisory locks to one database: changes in two databases may collide. */
function isConcurrent(error: unknown): boolean {
  return (
    error instanceof pg.DatabaseError &&
    (error.code === '23505' || error.code === '42710' || /concurrently updated/.test(error.message))
  );
}

function explain(error: unknown): unknown {
  if (!(error instanceof pg.DatabaseError && error.code === '42501')) return error;
  return new DatabaseMistake(
    `Each function gets its own PostgreSQL role, so the connection string must be the one of the owner of the tables, with CREATEROLE: ${error.message}.`,
    { cause: error },
  );
}
