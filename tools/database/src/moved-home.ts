import { randomUUID } from 'node:crypto';
import { closeSync, openSync, readFileSync, readSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { maintenanceDatabase, stopServer } from './postgres-server.ts';
import { isAtHome, type Postmaster, readPostmaster } from './postmaster-file.ts';
import { isRunning } from './process-state.ts';
import type { ServerHome } from './server-home.ts';

/**
 * Makes a folder that was moved or copied with its workspace ready for a server of this place.
 *
 * The server of a moved folder looks for its programs at their old place, so it is stopped. A copy of a folder in use has
 * nothing to do with its server, and its data is not whole: it is removed. Other data at the old place, such as that of a
 * new clone, makes no copy.
 */
export async function settleHome(home: ServerHome): Promise<void> {
  const postmaster = readPostmaster(home);
  if (!postmaster || isAtHome(postmaster, home)) return;
  if (await servesFolder(postmaster, home)) {
    await stopServer(postmaster.pid);
  } else if (holdSameData(postmaster.dataDir, home.dataDir)) {
    rmSync(home.dataDir, { recursive: true });
    rmSync(home.portFile, { force: true });
    return;
  }
  // A killed server leaves its file. PostgreSQL does not start while another process has the id that the file names.
  rmSync(join(home.dataDir, 'postmaster.pid'), { force: true });
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

/** Tells if a server uses this very folder: it reads a file that is written here. */
async function servesFolder({ pid, port }: Postmaster, home: ServerHome): Promise<boolean> {
  if (!isRunning(pid)) return false;
  const name = `nanoservices-${randomUUID()}`;
  const file = join(home.dataDir, name);
  writeFileSync(file, name, { mode: 0o644 });
  const { default: pg } = await import('pg');
  const client = new pg.Client({
    connectionString: `postgresql://postgres:${readFileSync(home.passwordFile, 'utf8')}@127.0.0.1:${port}/${maintenanceDatabase}`,
  });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query('SELECT pg_read_file($1, true) AS text', [name]);
    return rows[0].text === name;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
    rmSync(file);
  }
}
