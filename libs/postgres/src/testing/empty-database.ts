import pg from 'pg';

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
  const url = new URL(process.env.DATABASE_URL as string);
  const server = new pg.Client({ connectionString: url.href });
  url.pathname += '_empty';
  const name = pg.escapeIdentifier(url.pathname.slice(1));
  await server.connect();
  await server.query(`CREATE DATABASE ${name}`);
  return {
    url: url.href,
    drop: async (force) => {
      // PostgreSQL itself waits up to 5 s for sessions that are ending.
      await server.query(`DROP DATABASE ${name}${force ? ' WITH (FORCE)' : ''}`);
      await server.end();
    },
  };
}
