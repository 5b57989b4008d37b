import { spawnSync } from 'node:child_process';
import { lstatSync, rmdirSync, rmSync } from 'node:fs';
import type { ServerUser } from './server-user.ts';

/**
 * Removes a file or folder, if it is there. A folder of the server's account is emptied by that account: it could lead root's steps
 * elsewhere by a link.
 */
export function removeFolder(path: string, user: ServerUser | undefined): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (!found) return;
  if (!user || !found.isDirectory() || found.uid !== user.uid) {
    // A server whose folder is being removed writes into it until it has stopped.
    rmSync(path, { recursive: true, force: true, maxRetries: 10 });
    return;
  }
  for (let attempt = 1; ; attempt++) {
    // It cannot remove the folder itself, which is in a folder of root.
    spawnSync('rm', ['-rf', '--', path], { ...user, cwd: '/', stdio: 'ignore' });
    try {
      rmdirSync(path);
      return;
    } catch (error) {
      if (attempt === 10) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
    }
  }
}
