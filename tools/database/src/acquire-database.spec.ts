import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { acquireDatabase } from './acquire-database.ts';
import { demoUserId } from './demo-data.ts';
import { resetDevelopmentDatabase } from './development-database.ts';
import { type ServerHome, serverHome } from './server-home.ts';
import { createTestDatabase } from './test-database.ts';

vi.stubEnv('DATABASE_URL', undefined);
vi.stubEnv('DATABASE_LINGER_MS', '1000');

// Real servers, in a workspace of their own. A space in the path, as people have them.
let workspaceRoot: string;
let home: ServerHome;
const children: ChildProcess[] = [];

function newWorkspace(): void {
  workspaceRoot = mkdtempSync(join(tmpdir(), 'database spec '));
  home = serverHome(workspaceRoot);
}

async function removeWorkspace(): Promise<void> {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await waitFor(() => !isRunning(), 15_000);
  rmSync(workspaceRoot, { recursive: true, force: true });
  rmSync(home.dir, { recursive: true, force: true });
}

beforeAll(newWorkspace);

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await waitFor(() => !isRunning(), 15_000);
});

afterAll(removeWorkspace);

/** A process that acquires the database, prints its URL and keeps it until its input ends. */
async function holder(): Promise<{ url: string; child: ChildProcess }> {
  const module = JSON.stringify(new URL('acquire-database.ts', import.meta.url).href);
  const script = `const { acquireDatabase } = await import(${module});
    const lease = await acquireDatabase({ workspaceRoot: ${JSON.stringify(workspaceRoot)} });
    console.log(lease.url);
    process.stdin.on('end', () => lease.release()).resume();`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  children.push(child);
  const [url] = await once(createInterface({ input: child.stdout }), 'line');
  return { url, child };
}

function postmasterPid(): number | undefined {
  try {
    return Number(readFileSync(join(home.dataDir, 'postmaster.pid'), 'utf8').split('\n')[0]);
  } catch {
    return undefined;
  }
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}

function isRunning(): boolean {
  return isAlive(postmasterPid()) || supervisorPids().length > 0;
}

function supervisorPids(): number[] {
  const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return processes
    .filter((line) => line.includes('supervisor.ts') && line.includes(workspaceRoot))
    .map(Number.parseInt);
}

async function waitFor(condition: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const giveUpAt = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > giveUpAt) throw new Error(`Not true within ${timeoutMs} ms: ${condition}`);
    await sleep(50);
  }
}

async function query<Row>(url: string, sql: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

const userNames = (url: string) => query<{ name: string }>(url, 'SELECT name FROM users.users ORDER BY id');

describe('acquireDatabase()', { timeout: 60_000 }, () => {
  it('gives a migrated database with demo data, and stops the server when the last user is gone', async () => {
    const first = await acquireDatabase({ workspaceRoot });
    const second = await acquireDatabase({ workspaceRoot });
    expect(second.url).toBe(first.url);
    const [user] = await query<{ id: string; name: string }>(
      first.url,
      'SELECT id, name FROM users.users ORDER BY id',
    );
    expect(user).toEqual({ id: demoUserId, name: 'Ann Demo' });
    await first.release();
    await sleep(2500);
    expect(isAlive(postmasterPid())).toBe(true);
    await second.release();
    await waitFor(() => !isRunning());
  });

  it('keeps data and port from one start to the next', async () => {
    const first = await acquireDatabase({ workspaceRoot });
    await query(first.url, `UPDATE users.users SET name = 'Changed'`);
    await first.release();
    await waitFor(() => !isRunning());
    const second = await acquireDatabase({ workspaceRoot });
    expect(second.url).toBe(first.url);
    expect(await userNames(second.url)).toContainEqual({ name: 'Changed' });
    await second.release();
  });

  it('starts one server for eight processes at once, from nothing', async () => {
    await removeWorkspace();
    newWorkspace();
    const holders = await Promise.all(Array.from({ length: 8 }, holder));
    expect(new Set(holders.map(({ url }) => url)).size).toBe(1);
    // Those that were not needed wait a moment before they leave.
    await waitFor(() => supervisorPids().length === 1);
    for (const { child } of holders) child.stdin?.end();
    await waitFor(() => !isRunning());
  });

  it('stops the server when its users were killed', async () => {
    const { child } = await holder();
    child.kill('SIGKILL');
    await waitFor(() => !isRunning());
  });

  it('goes on, with one server, when the supervisor was killed', async () => {
    const { url } = await holder();
    const before = postmasterPid();
    await waitFor(() => supervisorPids().length === 1);
    const [killed] = supervisorPids() as [number];
    process.kill(killed, 'SIGKILL');
    await waitFor(() => !isAlive(killed));
    // PostgreSQL may not have noticed yet.
    const session = new pg.Client({
      connectionString: url,
      application_name: `nanoservices supervisor ${killed}`,
    });
    await session.connect();
    const lease = await acquireDatabase({ workspaceRoot });
    await session.end();
    expect(lease.url).toBe(url);
    expect(postmasterPid()).toBe(before);
    await waitFor(() => supervisorPids().length === 1);
    await lease.release();
  });

  it('restarts a killed server for those who use it, at the same address and with its data', async () => {
    const { url } = await holder();
    await query(url, `UPDATE users.users SET name = 'Kept'; SELECT pg_switch_wal()`);
    const killed = postmasterPid() as number;
    process.kill(killed, 'SIGKILL');
    await waitFor(async () => (await userNames(url).catch(() => [])).length > 0, 20_000);
    expect(await userNames(url)).toContainEqual({ name: 'Kept' });
    // The lease was renewed: the server outlives the pause after which an unused one stops.
    await sleep(2500);
    expect(isAlive(postmasterPid())).toBe(true);
  });

  it('begins anew when the first start was killed half-way', async () => {
    await removeWorkspace();
    newWorkspace();
    const script = new URL('supervisor.ts', import.meta.url).pathname;
    const supervisor = spawn(process.execPath, [script, workspaceRoot], { stdio: 'ignore', detached: true });
    await waitFor(() => readdirSync(home.dir).some((file) => file.startsWith('initdb-')));
    process.kill(-(supervisor.pid as number), 'SIGKILL');
    const lease = await acquireDatabase({ workspaceRoot });
    expect(await userNames(lease.url)).toHaveLength(3);
    await lease.release();
  });

  it('never gives a server that is about to stop', async () => {
    for (let round = 0; round < 6; round++) {
      const lease = await acquireDatabase({ workspaceRoot });
      expect(await userNames(lease.url)).toHaveLength(3);
      await lease.release();
      // Around the moment at which an unused server stops.
      await sleep(950 + round * 90);
    }
  });

  it('makes the development database anew on demand', async () => {
    const lease = await acquireDatabase({ workspaceRoot });
    await query(lease.url, 'DELETE FROM users.users');
    await resetDevelopmentDatabase(workspaceRoot);
    expect(await userNames(lease.url)).toHaveLength(3);
    await lease.release();
  });

  it('leaves the database of DATABASE_URL alone', async () => {
    vi.stubEnv('DATABASE_URL', 'postgresql://somewhere/else');
    const lease = await acquireDatabase({ workspaceRoot });
    vi.stubEnv('DATABASE_URL', undefined);
    vi.stubEnv('DATABASE_LINGER_MS', '1000');
    expect(lease.url).toBe('postgresql://somewhere/else');
    expect(isRunning()).toBe(false);
    await lease.release();
  });

  it.runIf(process.getuid?.() === 0)('runs the server as nobody when it runs as root', async () => {
    const lease = await acquireDatabase({ workspaceRoot });
    const user = execFileSync('ps', ['-o', 'user=', '-p', String(postmasterPid())], { encoding: 'utf8' });
    expect(user.trim()).toBe('nobody');
    await lease.release();
  });
});

describe('createTestDatabase()', { timeout: 60_000 }, () => {
  it('gives each caller an empty migrated database of its own, and drops it', async () => {
    const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase({ workspaceRoot })));
    const urls = databases.map(({ url }) => url);
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) expect(await userNames(url)).toEqual([]);
    await Promise.all(databases.map((database) => database.drop()));
    await expect(userNames(urls[0] as string)).rejects.toThrow(/does not exist/);
  });

  it('clears away what a killed run left, and nothing that is in use', async () => {
    const used = await createTestDatabase({ workspaceRoot });
    const lease = await acquireDatabase({ workspaceRoot });
    await query(lease.url, 'CREATE DATABASE test_00000000deadbeef');
    const next = await createTestDatabase({ workspaceRoot });
    const left = await query<{ datname: string }>(
      lease.url,
      `SELECT datname FROM pg_database WHERE datname ~ '^test_'`,
    );
    expect(left).toHaveLength(2);
    expect(await userNames(used.url)).toEqual([]);
    await Promise.all([used.drop(), next.drop(), lease.release()]);
  });

  it('makes a template again that was left half-made', async () => {
    const first = await createTestDatabase({ workspaceRoot });
    const lease = await acquireDatabase({ workspaceRoot });
    const [template] = await query<{ name: string }>(
      lease.url,
      `SELECT datname AS name FROM pg_database WHERE datname ~ '^template_'`,
    );
    await query(lease.url, `COMMENT ON DATABASE ${template?.name} IS NULL`);
    await query(lease.url.replace(/[^/]+$/, template?.name as string), 'DROP SCHEMA games CASCADE');
    const second = await createTestDatabase({ workspaceRoot });
    expect(await query(second.url, 'SELECT * FROM games.games')).toEqual([]);
    await Promise.all([first.drop(), second.drop(), lease.release()]);
  });

  it('works on the server of DATABASE_URL, and says when its role may not create databases', async () => {
    const lease = await acquireDatabase({ workspaceRoot });
    vi.stubEnv('DATABASE_URL', lease.url);
    const database = await createTestDatabase();
    expect(await userNames(database.url)).toEqual([]);
    await database.drop();

    await query(lease.url, `CREATE ROLE weak LOGIN PASSWORD 'weak'`);
    vi.stubEnv('DATABASE_URL', lease.url.replace(/\/\/[^@]+@/, '//weak:weak@'));
    await expect(createTestDatabase()).rejects.toThrow(/DATABASE_URL.*CREATEDB/);
    vi.stubEnv('DATABASE_URL', undefined);
    vi.stubEnv('DATABASE_LINGER_MS', '1000');
    await lease.release();
  });
});
