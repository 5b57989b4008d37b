import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { rootHome } from './root-home.ts';
import type { ServerUser } from './server-user.ts';

/** Folder and account of a workspace's embedded PostgreSQL. */
export interface ServerHome {
  /** Folder of all files below. */
  readonly dir: string;
  readonly dataDir: string;
  /** Password of the superuser, readable for its owner only. */
  readonly passwordFile: string;
  readonly logFile: string;
  /** Complaints of the last supervisor. */
  readonly supervisorLogFile: string;
  /** Lock of the supervisor. */
  readonly lockFile: string;
  /** Port of the last start, for the next one. */
  readonly portFile: string;
  /** Account of the server when root starts it: PostgreSQL refuses to run as root, and runs as `nobody`. */
  readonly user?: ServerUser;
}

/**
 * Finds or creates the home of a workspace's server: `.database/` in the workspace. For root it may be a folder in /var/lib; see
 * {@link rootHome}.
 *
 * @throws Error when there is no such workspace, or the folder belongs to another account
 */
export function serverHome(workspaceRoot: string): ServerHome {
  const local = join(resolve(workspaceRoot), '.database');
  // A process of a workspace that was moved must not create it again.
  statSync(resolve(workspaceRoot));
  if (process.getuid?.() === 0) {
    const user = nobody();
    return { ...files(rootHome(local, user)), user };
  }
  mkdirSync(local, { recursive: true, mode: 0o700 });
  return files(local);
}

function files(dir: string): ServerHome {
  return {
    dir,
    dataDir: join(dir, 'data'),
    passwordFile: join(dir, 'password'),
    logFile: join(dir, 'server.log'),
    supervisorLogFile: join(dir, 'supervisor.log'),
    lockFile: join(dir, 'supervisor.lock'),
    portFile: join(dir, 'port'),
  };
}

function nobody(): ServerUser {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}
