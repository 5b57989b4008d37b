import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

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
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Finds or creates the home of a workspace's server: `.database/` in the workspace. For root it is a folder in /var/tmp, if
 * `nobody` cannot read the workspace (a checkout under /root).
 *
 * @throws Error when there is no such workspace, or the folder belongs to another account
 */
export function serverHome(workspaceRoot: string): ServerHome {
  const local = join(resolve(workspaceRoot), '.database');
  // A process of a workspace that was moved must not create it again.
  statSync(resolve(workspaceRoot));
  if (process.getuid?.() !== 0) {
    mkdirSync(local, { recursive: true, mode: 0o700 });
    return files(local);
  }
  const user = nobody();
  const dir = isOpenToAll(local) ? local : join('/var/tmp', `nanoservices-${hash(local)}`);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const owner = statSync(dir).uid;
  if (owner !== 0 && owner !== user.uid) {
    throw new Error(
      `${dir} belongs to another account (uid ${owner}). Remove it; the database is then created again.`,
    );
  }
  chownSync(dir, user.uid, user.gid);
  return { ...files(dir), user };
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

function nobody(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

/** @returns true when every account may pass through all folders above `path` */
export function isOpenToAll(path: string): boolean {
  const parent = dirname(path);
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && isOpenToAll(parent));
}

function hash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
