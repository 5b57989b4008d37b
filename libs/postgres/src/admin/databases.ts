import pg from 'pg';
import { connect } from './connect.ts';
import { partsOf } from './connection-string.ts';
import { DatabaseMistake } from './database-mistake.ts';

/**
 * Creates a database on a server, unless it is there. It belongs to the role of the connection string.
 *
 * @param databaseUrl - connection string of a role with CREATEDB, to another database of the server
 * @returns false if it was there
 * @throws DatabaseMistake when the role may not create databases
 */
export async function createDatabase(databaseUrl: string, name: string): Promise<boolean> {
  return onServer(databaseUrl, async (client) => {
    if (await exists(client, name)) return false;
    try {
      await client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)}`);
      return true;
    } catch (error) {
      const { code, message } = error as pg.DatabaseError;
      // Another process was faster.
      if (code === '42P04' || (code === '23505' && (await exists(client, name)))) return false;
      if (code !== '42501') throw error;
      const { user } = partsOf(databaseUrl);
      throw new DatabaseMistake(
        `The database "${name}" cannot be created: ${message}. Allow it: ALTER ROLE ${pg.escapeIdentifier(user)} CREATEDB`,
        { cause: error },
      );
    }
  });
}

/**
 * Drops a database with everything in it, and ends its sessions.
 *
 * @param databaseUrl - connection string of its owner, to another database of the server
 * @param roles - roles with sessions in it, which the owner created: only a member of a role may end its sessions
 * @returns false if there was none
 */
export async function dropDatabase(
  databaseUrl: string,
  name: string,
  roles: readonly string[],
): Promise<boolean> {
  return onServer(databaseUrl, async (client) => {
    if (!(await exists(client, name))) return false;
    const { rows } = await client.query<{ role: string }>(
      'SELECT rolname AS role FROM pg_roles WHERE rolname = ANY ($1)',
      [roles],
    );
    for (const { role } of rows) await client.query(`GRANT ${pg.escapeIdentifier(role)} TO CURRENT_USER`);
    await client.query(`DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`);
    return true;
  });
}

/** @returns true if a server has a database */
export async function hasDatabase(databaseUrl: string, name: string): Promise<boolean> {
  return onServer(databaseUrl, (client) => exists(client, name));
}

async function exists(client: pg.Client, name: string): Promise<boolean> {
  const { rows } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  return rows.length > 0;
}

async function onServer<Result>(
  databaseUrl: string,
  work: (client: pg.Client) => Promise<Result>,
): Promise<Result> {
  const client = await connect(databaseUrl);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
