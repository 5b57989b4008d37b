import { closeSync, existsSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { maintenanceDatabase, stopServer } from './postgres-server.ts';
import { isAtHome, type Postmaster, readPostmaster } from './postmaster-file.ts';
import { isRunning } from './process-state.ts';
import { removeFolder } from './remove-folder.ts';
import { type FoundServer, findFolder } from './same-folder.ts';
import type { ServerHome } from './server-home.ts';

/**
 * Makes a folder that was moved or copied with its workspace ready for a server of this place.
 *
 * The server of a moved folder looks for its programs at their old place, so it is stopped. A copy of a folder in use has
 * nothing to do with its server, and its data is not whole: it is removed, with password and port. Other data at the old place,
 * such as that of a new clone, makes no copy.
 */
export async function settleHome(home: ServerHome): Promise<void> {
  const postmaster = readPostmaster(home);
  if (!postmaster) return;
  const found = await findServer(postmaster, home);
  const isPlaceOfServer = isAtHome(postmaster, home);
  if (found?.isOwn) {
    if (isPlaceOfServer) return;
    await stopServer(home, postmaster.pid);
  } else if (found || (!isPlaceOfServer && holdSameData(postmaster.dataDir, home.dataDir))) {
    removeFolder(home.dataDir, home.user);
    for (const file of [home.passwordFile, home.portFile]) rmSync(file, { force: true });
    return;
  }
  // A killed server leaves its file. PostgreSQL does not start while another process has the id that the file names.
  if (!isPlaceOfServer) rmSync(join(home.dataDir, 'postmaster.pid'), { force: true });
}

/** Tells if one data folder is a copy of the other: both have the identifier that initdb made. */
function holdSameData(one: string, other: string): boolean {
  const identifier = systemIdentifier(one);
  return identifier !== undefined && identifier === systemIdentifier(other);
}

/**
 * Reads the identifier of a data folder, the first 8 bytes of its control file.
 *
 * @returns undefined when there is none
 * @see https://github.com/postgres/postgres/blob/REL_18_STABLE/src/include/catalog/pg_control.h
 */
function systemIdentifier(dataDir: string): string | undefined {
  const bytes = Buffer.alloc(8);
  try {
    const file = openSync(join(dataDir, 'global/pg_control'), 'r');
    try {
      return readSync(file, bytes) === bytes.length ? bytes.toString('hex') : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** @returns the server that the file names; undefined when there is none, or another one listens at its address */
async function findServer({ pid, port }: Postmaster, home: ServerHome): Promise<FoundServer | undefined> {
  if (!isRunning(pid) || !existsSync(home.passwordFile)) return undefined;
  const { default: pg } = await import('pg');
  const password = readFileSync(home.passwordFile, 'utf8');
  const client = new pg.Client({
    connectionString: `postgresql://postgres:${password}@127.0.0.1:${port}/${maintenanceDatabase}`,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const found = await findFolder(client, home);
    return found.pid === pid ? found : undefined;
  } catch {
    return undefined;
  } finally {
    await client.end().catch(() => {});
  }
}
