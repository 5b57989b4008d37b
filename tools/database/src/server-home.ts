import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chownSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** Where a workspace's embedded PostgreSQL lives, and as whom it runs. */
export interface ServerHome {
  /** Holds everything below. */
  readonly dir: string;
  readonly dataDir: string;
  /** The superuser's password; only its owner may read it. */
  readonly passwordFile: string;
  readonly logFile: string;
  /** What the last supervisor had to complain about. */
  readonly supervisorLogFile: string;
  /** Held by the supervisor as long as it lives. */
  readonly lockFile: string;
  /** The port of the last start, which the next start takes again if it can. */
  readonly portFile: string;
  /** PostgreSQL refuses to run as root: then it runs as `nobody`. */
  readonly user?: { readonly uid: number; readonly gid: number };
}

/**
 * Finds the home of a workspace's server, making its folder: `.database/` in the workspace. As root, where `nobody`
 * cannot get there (a checkout under /root), it is a folder of /var/tmp instead.
 *
 * @throws Error when the folder belongs to somebody else
 */
export function serverHome(workspaceRoot: string): ServerHome {
  const local = join(resolve(workspaceRoot), '.database');
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
      `${dir} belongs to another user (uid ${owner}). Remove it; the database will be made anew.`,
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

/** Whether every folder on the way to `path` lets every user through. */
export function isOpenToAll(path: string): boolean {
  const parent = dirname(path);
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && isOpenToAll(parent));
}

function hash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
