import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  type Stats,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { placeFile } from './place-file.ts';
import { removeFolder } from './remove-folder.ts';
import type { ServerUser } from './server-user.ts';

/** Homes of servers whose workspace the server's account cannot enter, or could change. */
const homes = '/var/lib/nanoservices';

/**
 * Finds or creates the home of a server that root starts. It belongs to root, and the server's account owns the data folder in it
 * only: root writes, truncates and executes files of the home, and whoever could replace them by links would do so as root.
 *
 * @param local - folder in the workspace: the home, if the server's account can enter it and can change no folder above
 * @throws Error when the folder is a link, or belongs to another account
 */
export function rootHome(local: string, user: ServerUser): string {
  const isLocal = isOpenToAll(local) && isGuarded(local, user);
  if (!isLocal) own(homes, 0o755, user);
  const dir = isLocal ? local : join(homes, hash(local));
  own(dir, 0o711, user);
  return dir;
}

/** @returns true when every account may pass through all folders above `path` */
export function isOpenToAll(path: string): boolean {
  const parent = dirname(path);
  return parent === path || ((statSync(parent).mode & 0o001) !== 0 && isOpenToAll(parent));
}

/** @returns true when the account can neither replace `path` nor a folder above it */
export function isGuarded(path: string, user: ServerUser): boolean {
  const parent = dirname(path);
  if (parent === path) return true;
  const folder = statSync(parent);
  const isSticky = (folder.mode & 0o1000) !== 0 && lstatSync(path, { throwIfNoEntry: false })?.uid === 0;
  return (!isWritable(folder, user) || isSticky) && isGuarded(parent, user);
}

function isWritable({ mode, uid, gid }: Stats, user: ServerUser): boolean {
  return uid === user.uid || (mode & 0o002) !== 0 || (gid === user.gid && (mode & 0o020) !== 0);
}

function own(dir: string, mode: number, user: ServerUser): void {
  mkdirSync(dir, { recursive: true, mode });
  const folder = open(dir);
  try {
    const { uid } = fstatSync(folder);
    if (uid !== 0 && uid !== user.uid) {
      throw new Error(
        `${dir} belongs to another account (uid ${uid}). Remove it; the database is then created again.`,
      );
    }
    fchmodSync(folder, mode);
    if (uid === 0) return;
    fchownSync(folder, 0, 0);
    takeOver(dir, user);
  } finally {
    closeSync(folder);
  }
}

function open(dir: string): number {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  try {
    return openSync(dir, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  } catch (cause) {
    throw new Error(`${dir} is a symbolic link or no folder. Remove it; root needs a private folder.`, {
      cause,
    });
  }
}

/**
 * Removes from a home that belonged to the server's account, as older versions made it, all but data and address: the account
 * may have replaced any file by a link.
 */
function takeOver(dir: string, user: ServerUser): void {
  for (const name of readdirSync(dir)) {
    const path = join(dir, name);
    if (name === 'data' && lstatSync(path).isDirectory()) continue;
    const kept = name === 'password' || name === 'port' ? ownText(path, user) : undefined;
    removeFolder(path, user);
    if (kept !== undefined) placeFile(path, kept);
  }
}

/** @returns undefined for a link, or a file of another account */
function ownText(path: string, user: ServerUser): string | undefined {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const facts = fstatSync(file);
      const isOwn = facts.isFile() && facts.nlink === 1 && (facts.uid === user.uid || facts.uid === 0);
      return isOwn ? readFileSync(file, 'utf8') : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

function hash(path: string): string {
  return createHash('sha256').update(path).digest('hex').slice(0, 16);
}
