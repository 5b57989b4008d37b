import { randomUUID } from 'node:crypto';
import { closeSync, fchmodSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Client, ClientConfig } from 'pg';
import type { ServerHome } from './server-home.ts';

/** A server at the address that a home names. */
export interface FoundServer {
  /** Process id in the server's postmaster.pid. */
  readonly pid: number;
  /** True when it uses the data folder of the home. */
  readonly isOwn: boolean;
}

/**
 * Tells which folder a server uses: it reads a file that is written into the data folder of the home. A copied workspace has
 * password, port and process id of the original, and may even have its path.
 *
 * @param client - connection to the server as superuser
 */
export async function findFolder(
  client: Client,
  { dataDir }: Pick<ServerHome, 'dataDir'>,
): Promise<FoundServer> {
  const name = `nanoservices-${randomUUID()}`;
  const file = join(dataDir, name);
  writeForAll(file, name);
  try {
    const { rows } = await client.query<FoundServer>(
      `SELECT coalesce(pg_read_file($1, true) = $1, false) AS "isOwn",
         split_part(pg_read_file('postmaster.pid', true), chr(10), 1)::int AS pid`,
      [name],
    );
    return rows[0] as FoundServer;
  } finally {
    rmSync(file, { force: true });
  }
}

/**
 * Connects to the server of a home. At the address of a stopped server, one of a copy of the workspace may listen.
 *
 * @throws Error when there is none, or it uses another folder
 */
export async function connectToOwn(
  home: Pick<ServerHome, 'dataDir'>,
  options: ClientConfig,
): Promise<Client> {
  const { default: pg } = await import('pg');
  const client = new pg.Client(options);
  client.on('error', () => {});
  try {
    await client.connect();
    if ((await findFolder(client, home)).isOwn) return client;
    throw new Error('The server has another folder.');
  } catch (error) {
    await client.end().catch(() => {});
    throw error;
  }
}

/** The server may run as another account; the umask may keep others from reading. */
function writeForAll(path: string, text: string): void {
  const file = openSync(path, 'wx');
  try {
    fchmodSync(file, 0o644);
    writeFileSync(file, text);
  } finally {
    closeSync(file);
  }
}
