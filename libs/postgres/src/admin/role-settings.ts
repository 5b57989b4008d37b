import pg from 'pg';
import { doBlock } from './do-block.ts';

/**
 * Settings of a function's role. They are no parameters of the connection: poolers such as PgBouncer and RDS Proxy refuse those,
 * or lose them in transaction mode. Timeouts increase from lock to statement; the connection itself waits for 5 s, so that the
 * most specific error comes first.
 *
 * @see https://www.postgresql.org/docs/current/runtime-config-client.html
 */
const roleSettings: Readonly<Record<string, string>> = {
  search_path: 'pg_catalog',
  lock_timeout: '2s',
  statement_timeout: '4s',
  // After a function is cut off, its locks are released after this time.
  idle_in_transaction_session_timeout: '2s',
  // A frozen environment holds its connection until Lambda removes the environment, which may take an hour.
  idle_session_timeout: '30s',
};

/** The settings as `pg_roles.rolconfig` holds them. */
export const roleConfiguration = Object.entries(roleSettings).map(([name, value]) => `${name}=${value}`);

/** Makes the SQL that gives a role its settings. It writes nothing when they are right: concurrent changes of a role collide. */
export function settingsSql(name: string): string {
  const role = pg.escapeIdentifier(name);
  const wanted = roleConfiguration.map(pg.escapeLiteral).join(', ');
  const changes = Object.entries(roleSettings).map(
    ([setting, value]) => `    ALTER ROLE ${role} SET ${setting} = ${pg.escapeLiteral(value)};`,
  );
  return doBlock(`BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ${pg.escapeLiteral(name)} AND rolconfig @> ARRAY[${wanted}]) THEN
${changes.join('\n')}
  END IF;
END`);
}
