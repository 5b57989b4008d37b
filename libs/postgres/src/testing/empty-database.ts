import pg from 'pg';
import { databaseOf, inDatabase, readConnectionString } from '../admin/connection-string.ts';

export interface EmptyDatabase {
  readonly url: string;
  /**
   * Drops it, when its last session has ended.
   *
   * @param force - ends sessions instead: those of a pool, which takes it. A client without a pool would throw.
   */
  drop(force?: 'force'): Promise<void>;
}

/** Creates a database without schemas, next to the one of DATABASE_URL and named after it. */
export async function createEmptyDatabase(): Promise<EmptyDatabase> {
  const url = readConnectionString(process.env.DATABASE_URL as string, 'DATABASE_URL');
  const server = new pg.Client({ connectionString: url });
  const database = `${databaseOf(url)}_empty`;
  const name = pg.escapeIdentifier(database);
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  return {
    url: inDatabase(url, database),
    drop: async (force) => {
      // PostgreSQL itself waits up to 5 s for sessions that are ending.
      await server.query(`DROP DATABASE ${name}${force ? ' WITH (FORCE)' : ''}`);
      await server.end();
    },
  };
}
