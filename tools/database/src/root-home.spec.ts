import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { leaseServer } from './lease.ts';
import { stopServer } from './postgres-server.ts';
import { readPostmaster } from './postmaster-file.ts';
import { removeFolder } from './remove-folder.ts';
import { isGuarded } from './root-home.ts';
import { type ServerHome, serverHome } from './server-home.ts';

vi.stubEnv('DATABASE_LINGER_MS', '100');

// The account of the server, and everyone else who runs as `nobody`, must not get hold of files of root.
describe.runIf(process.getuid?.() === 0)('a home that root makes', () => {
  let workspace: string;
  let homes: ServerHome[];
  const nobody = () => serverHome(workspace).user as { uid: number; gid: number };

  beforeEach(() => {
    workspace = mkdtempSync(join(tmpdir(), 'root-home-'));
    chmodSync(workspace, 0o755);
    homes = [];
  });
  afterEach(() => {
    // The supervisor leaves its lock a moment after the server has stopped.
    const options = { recursive: true, force: true, maxRetries: 10 };
    for (const path of [workspace, ...homes.map(({ dir }) => dir)]) rmSync(path, options);
  });

  /** Starts the server, stops it, and waits for its end. */
  async function useServer(): Promise<ServerHome> {
    const lease = await leaseServer(workspace);
    const { home } = lease;
    homes.push(home);
    const { rows } = await lease.client.query('SELECT 1 AS one');
    expect(rows).toEqual([{ one: 1 }]);
    const others = readdirSync(home.dir).filter((name) => lstatSync(join(home.dir, name)).uid !== 0);
    expect(others).toEqual(['data']);
    await lease.release();
    while (readPostmaster(home)) await sleep(20);
    return home;
  }

  it('belongs to root, but for the data', async () => {
    const before = process.umask(0o077);
    try {
      const home = await useServer();
      expect(home.dir).toBe(join(workspace, '.database'));
      expect(statSync(home.dir)).toMatchObject({ uid: 0, gid: 0 });
      expect(statSync(home.dir).mode & 0o777).toBe(0o711);
      expect(statSync(home.dataDir).uid).toBe(nobody().uid);
      expect(statSync(home.passwordFile).mode & 0o777).toBe(0o600);
    } finally {
      process.umask(before);
    }
  });

  it('that an older version made keeps its data, and no link to files of root', async () => {
    const { dir, dataDir, passwordFile } = await useServer();
    const created = statSync(join(dataDir, 'PG_VERSION')).ino;
    const password = readFileSync(passwordFile, 'utf8');
    const { uid, gid } = nobody();
    const victim = join(workspace, 'victim');
    writeFileSync(victim, 'of root', { mode: 0o600 });
    const facts = () => ({
      text: readFileSync(victim, 'utf8'),
      uid: statSync(victim).uid,
      gid: statSync(victim).gid,
    });
    const before = facts();
    for (const name of [
      'server.log',
      'supervisor.log',
      'supervisor.lock',
      'port',
      'initdb-1',
      'postgresql-18',
    ]) {
      rmSync(join(dir, name), { recursive: true, force: true });
      symlinkSync(victim, join(dir, name));
    }
    chownSync(passwordFile, uid, gid);
    chownSync(dir, uid, gid);
    await useServer();
    expect(facts()).toEqual(before);
    expect(statSync(join(dataDir, 'PG_VERSION')).ino).toBe(created);
    expect(readFileSync(passwordFile, 'utf8')).toBe(password);
  });

  it.each(['symlink', 'hard link'])('takes no password from a %s', async (kind) => {
    const dir = join(workspace, '.database');
    const victim = join(workspace, 'victim');
    writeFileSync(victim, 'of root', { mode: 0o600 });
    mkdirSync(dir);
    if (kind === 'symlink') symlinkSync(victim, join(dir, 'password'));
    else linkSync(victim, join(dir, 'password'));
    const user = execFileSync('id', ['-u', 'nobody'], { encoding: 'utf8' });
    chownSync(dir, Number(user), 0);
    const { passwordFile } = await useServer();
    expect(readFileSync(passwordFile, 'utf8')).not.toContain('of root');
    expect([readFileSync(victim, 'utf8'), statSync(victim).uid]).toEqual(['of root', 0]);
  });

  it('is no link', () => {
    const target = join(workspace, 'target');
    mkdirSync(target);
    symlinkSync(target, join(workspace, '.database'));
    expect(() => serverHome(workspace)).toThrow(/\.database is a symbolic link or no folder\. Remove it/);
    expect(readdirSync(target)).toEqual([]);
  });

  it.each([
    ['cannot enter', 0o700],
    ['may write to', 0o777],
  ])('is a folder of root elsewhere when others %s the workspace', async (_, mode) => {
    chmodSync(workspace, mode);
    const home = await useServer();
    expect(dirname(home.dir)).toBe('/var/lib/nanoservices');
    expect(statSync(dirname(home.dir))).toMatchObject({ uid: 0 });
    expect(statSync(dirname(home.dir)).mode & 0o022).toBe(0);
    expect(isGuarded(home.dir, nobody())).toBe(true);
    expect(existsSync(join(workspace, '.database'))).toBe(false);
  });

  it('is emptied by the account that could lead root elsewhere', () => {
    const { dir, user } = serverHome(workspace);
    const victim = join(workspace, 'victim');
    mkdirSync(victim);
    writeFileSync(join(victim, 'file'), '');
    const data = join(dir, 'data');
    mkdirSync(join(data, 'base'), { recursive: true });
    symlinkSync(victim, join(data, 'base/link'));
    for (const path of [data, join(data, 'base')]) chownSync(path, user?.uid as number, user?.gid as number);
    removeFolder(data, user);
    expect([existsSync(data), readdirSync(victim)]).toEqual([false, ['file']]);
  });

  it('ends no process of root, whatever its files say', async () => {
    const child = spawn('sleep', ['1000']);
    await stopServer(serverHome(workspace), child.pid as number);
    expect(child.kill(0)).toBe(true);
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
});
