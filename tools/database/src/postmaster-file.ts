import { readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { ServerHome } from './server-home.ts';

/** The description that a server writes into its data folder. */
export interface Postmaster {
  readonly pid: number;
  /** Data folder at the start of the server. */
  readonly dataDir: string;
  readonly port: number;
  readonly isReady: boolean;
}

/**
 * Reads postmaster.pid: process id, data folder, start time, port, socket folder, address, shared memory, status.
 *
 * @returns undefined when no server has been started, or the last one has stopped
 */
export function readPostmaster({ dataDir }: Pick<ServerHome, 'dataDir'>): Postmaster | undefined {
  try {
    const lines = readFileSync(join(dataDir, 'postmaster.pid'), 'utf8').split('\n');
    const [pid, folder = '', , port] = lines;
    if (!(Number(pid) > 0)) return undefined;
    return { pid: Number(pid), dataDir: folder, port: Number(port), isReady: lines[7]?.trim() === 'ready' };
  } catch {
    return undefined;
  }
}

/** Tells if a server was started in this folder. If not, the folder has been moved or copied since. */
export function isAtHome(postmaster: Postmaster, { dataDir }: Pick<ServerHome, 'dataDir'>): boolean {
  try {
    return realpathSync(postmaster.dataDir) === realpathSync(dataDir);
  } catch {
    return false;
  }
}
