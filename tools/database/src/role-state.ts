import {
  type DatabaseRole,
  type Grants,
  type RolesOptions,
  roleConfiguration,
} from '@nanoservices/postgres/admin';
import type { Client } from 'pg';

/** Rights of roles in this database, as they are. A role without its settings is not usable. */
const stateSql = `
WITH granted AS (
  SELECT acl.grantee, acl.privilege_type, relation.oid AS relation, relation.relname, schema.oid AS schema, schema.nspname
  FROM pg_class AS relation JOIN pg_namespace AS schema ON schema.oid = relation.relnamespace,
    aclexplode(relation.relacl) AS acl
  WHERE relation.relkind <> 'S')
SELECT rolname AS name,
  coalesce(array_agg(format('%s.%s:%s', nspname, relname, lower(privilege_type))) FILTER (WHERE relation IS NOT NULL), '{}')
    AS privileges,
  coalesce(rolconfig @> $2::text[], false)
    AND coalesce(bool_and(has_schema_privilege(role.oid, schema, 'USAGE')), true)
    AND coalesce(bool_and(privilege_type <> 'INSERT' OR NOT EXISTS (
      -- Indexes depend on columns, too; CASE keeps the function from them.
      SELECT FROM pg_depend JOIN pg_class AS owned ON owned.oid = objid
      WHERE refobjid = relation AND deptype = 'a'
        AND CASE WHEN relkind = 'S' THEN NOT has_sequence_privilege(role.oid, owned.oid, 'USAGE') END)), true)
    AS "isUsable"
FROM pg_roles AS role LEFT JOIN granted ON granted.grantee = role.oid
WHERE rolname = ANY ($1) GROUP BY role.oid, rolname, rolconfig`;

/**
 * Compares roles with the rights that they have in the database of the connection. A reset, a migration that creates a table
 * again, and a person with psql change rights unnoticed; a new version of this framework changes settings.
 *
 * @param mode - `exact` compares all rights; `grant` looks for missing ones
 * @returns the roles that do not exist, or have other rights or settings
 */
export async function rolesToCorrect(
  client: Client,
  wanted: readonly DatabaseRole[],
  mode: RolesOptions['mode'],
): Promise<DatabaseRole[]> {
  const { rows } = await client.query<{ name: string; privileges: string[]; isUsable: boolean }>(stateSql, [
    wanted.map(({ name }) => name),
    roleConfiguration,
  ]);
  const states = new Map(rows.map((row) => [row.name, row]));
  return wanted.filter(({ name, grants }) => {
    const state = states.get(name);
    if (!state?.isUsable) return true;
    const privileges = privilegesOf(grants);
    const isExact = mode === 'grant' || state.privileges.length === privileges.length;
    return !isExact || !privileges.every((one) => state.privileges.includes(one));
  });
}

/** @returns the names of all tables with their schemas, as contracts write them */
export async function readTables(client: Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `SELECT nspname || '.' || relname AS name FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
     WHERE relkind IN ('r', 'p', 'v', 'm', 'f')`,
  );
  return rows.map(({ name }) => name);
}

function privilegesOf(grants: Grants): string[] {
  return Object.entries(grants).flatMap(([table, privileges]) =>
    privileges.map((privilege) => `${table}:${privilege}`),
  );
}
