import pg from 'pg';
import { DatabaseMistake } from './database-mistake.ts';

/**
 * Opens a connection for administration. `explainConnectionFailure` tells a person why it cannot.
 *
 * @param timeoutMs - default: 15 s, in which a database that sleeps while it is not used wakes up
 * @throws DatabaseMistake when a certificate that the connection string names cannot be read
 */
export async function connect(connectionString: string, timeoutMs = 15_000): Promise<pg.Client> {
  const client = newClient(connectionString, timeoutMs);
  // A connection that breaks between two statements would end the process. The next statement tells.
  client.on('error', () => {});
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** @throws DatabaseMistake when a certificate cannot be read, which `pg` does at once */
function newClient(connectionString: string, timeoutMs: number): pg.Client {
  try {
    return new pg.Client({ connectionString, connectionTimeoutMillis: timeoutMs });
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).syscall) throw error;
    throw new DatabaseMistake(
      `A file of the connection string (sslrootcert, sslcert, sslkey) cannot be read: ${(error as Error).message}.`,
      { cause: error },
    );
  }
}
