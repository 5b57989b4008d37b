import pg from 'pg';

/**
 * Opens a connection for administration. `explainConnectionFailure` tells a person why it cannot.
 *
 * @param timeoutMs - default: 15 s, in which a database that sleeps while it is not used wakes up
 */
export async function connect(connectionString: string, timeoutMs = 15_000): Promise<pg.Client> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: timeoutMs });
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
