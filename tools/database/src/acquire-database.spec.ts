import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type Layout, readLayout } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { acquireDatabase } from './acquire-database.ts';
import type { DatabaseLease } from './database-lease.ts';
import { resetDevelopmentDatabase } from './development-database.ts';
import { supervisorName } from './lease.ts';
import { readPostmaster } from './postmaster-file.ts';
import { isRunning as isProcessRunning } from './process-state.ts';
import { type ServerHome, serverHome } from './server-home.ts';
import { createTestDatabase } from './testing/test-database.ts';

vi.stubEnv('DATABASE_URL', undefined);
vi.stubEnv('DATABASE_LINGER_MS', '1000');

// Real servers, in a workspace written here. The path has a space.
let shop: TemporaryWorkspace;
let layout: Layout;
let home: ServerHome;
const children: ChildProcess[] = [];

const migration = `-- Up Migration
CREATE SCHEMA customers;
CREATE TABLE customers.customers (id integer PRIMARY KEY, name text NOT NULL);
CREATE SCHEMA orders;
CREATE TABLE orders.orders (id integer PRIMARY KEY, customer_id integer NOT NULL);
-- Down Migration
DROP SCHEMA orders, customers CASCADE;
`;

const seed = `INSERT INTO customers.customers (id, name) VALUES (1, 'Ida'), (2, 'Jon'), (3, 'Kim') ON CONFLICT DO NOTHING`;

function newWorkspace(): void {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'libs/storage/package.json': {
      name: '@shop/storage',
      database: { migrations: './migrations', seed: './seed.sql' },
    },
    'libs/storage/migrations/1751328000000_shop.sql': migration,
    'libs/storage/seed.sql': seed,
  });
  shop.endpoint('functions/customers/get-customer', {
    contract: `
      import { contract } from '@nanoservices/endpoint';
      export const getCustomer = contract({
        name: 'get-customer', method: 'GET', path: '/customers', summary: 'x', access: 'public',
        database: { 'customers.customers': ['select'] },
      });`,
  });
  shop.linkPackages();
  // Started by root, the server runs as another user, who must get to the workspace.
  chmodSync(shop.root, 0o755);
  layout = readLayout(shop.root);
  home = serverHome(shop.root);
}

async function removeWorkspace(): Promise<void> {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await waitFor(() => !isRunning());
  shop[Symbol.dispose]();
  rmSync(home.dir, { recursive: true, force: true });
}

beforeAll(newWorkspace);

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await waitFor(() => !isRunning());
});

afterAll(removeWorkspace);

/** A process that acquires the database, prints its URL and keeps it until its input ends. */
async function holder(): Promise<{ url: string; child: ChildProcess }> {
  const module = JSON.stringify(new URL('acquire-database.ts', import.meta.url).href);
  const script = `const { acquireDatabase } = await import(${module});
    const lease = await acquireDatabase(${JSON.stringify(layout)});
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
  return pid !== undefined && isProcessRunning(pid);
}

function isRunning(): boolean {
  return isAlive(postmasterPid()) || supervisorPids().length > 0;
}

function supervisorPids(): number[] {
  const processes = execFileSync('ps', ['-eo', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return processes
    .filter((line) => line.includes('supervisor.ts') && line.includes(shop.root))
    .map((line) => Number.parseInt(line, 10));
}

async function waitFor(condition: () => boolean | Promise<boolean>, timeoutMs = 120_000): Promise<void> {
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

/** Removes a folder into which a server writes; what it writes meanwhile stays. */
function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true });
  } catch (error) {
    expect((error as NodeJS.ErrnoException).code).toBe('ENOTEMPTY');
  }
}

const readCustomers = new Map([['get-customer', { 'customers.customers': ['select'] } as const]]);

const customerNames = (url: string) =>
  query<{ name: string }>(url, 'SELECT name FROM customers.customers ORDER BY id');

/** Waits until the supervisor has looked at the sessions, and let the server run, after an unused one would have stopped. */
async function outlivesPause(url: string): Promise<void> {
  // The supervisor does not count a session of this name as a client of the server.
  const client = new pg.Client({ connectionString: url, application_name: `${supervisorName} spec` });
  await client.connect();
  const { rows } = await client.query<{ now: string }>('SELECT now()::text AS now');
  await waitFor(async () => {
    const { rows: sessions } = await client.query<{ late: boolean }>(
      `SELECT query_start > $1::timestamptz + interval '1.5 seconds' AS late FROM pg_stat_activity
       WHERE starts_with(application_name, $2) AND pid <> pg_backend_pid()`,
      [rows[0]?.now, supervisorName],
    );
    return sessions.some(({ late }) => late);
  });
  await client.end();
}

describe('acquireDatabase()', () => {
  it('gives a migrated database with its seed data, and stops the server after the last release', async () => {
    const first = await acquireDatabase(layout);
    const second = await acquireDatabase(layout);
    expect(second.url).toBe(first.url);
    expect(await customerNames(first.url)).toEqual([{ name: 'Ida' }, { name: 'Jon' }, { name: 'Kim' }]);
    const pid = postmasterPid();
    await first.release();
    await outlivesPause(second.url);
    expect(postmasterPid()).toBe(pid);
    await second.release();
    await waitFor(() => !isRunning());
  });

  it('keeps data and port from one start to the next', async () => {
    const first = await acquireDatabase(layout);
    await query(first.url, `UPDATE customers.customers SET name = 'Changed'`);
    await first.release();
    await waitFor(() => !isRunning());
    const second = await acquireDatabase(layout);
    expect(second.url).toBe(first.url);
    expect(await customerNames(second.url)).toContainEqual({ name: 'Changed' });
    await second.release();
  });

  it('starts one server for eight processes at once, from nothing', async () => {
    await removeWorkspace();
    newWorkspace();
    const holders = await Promise.all(Array.from({ length: 8 }, holder));
    expect(new Set(holders.map(({ url }) => url)).size).toBe(1);
    // Surplus supervisors wait a moment before they leave.
    await waitFor(() => supervisorPids().length === 1);
    for (const { child } of holders) child.stdin?.end();
    await waitFor(() => !isRunning());
  });

  it('stops the server when its clients were killed', async () => {
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
      application_name: `${supervisorName} ${killed}`,
    });
    await session.connect();
    const lease = await acquireDatabase(layout);
    await session.end();
    expect(lease.url).toBe(url);
    expect(postmasterPid()).toBe(before);
    await waitFor(() => supervisorPids().length === 1);
    await lease.release();
  });

  it('restarts a killed server for its clients, at the same address and with its data', async () => {
    const { url } = await holder();
    await query(url, `UPDATE customers.customers SET name = 'Kept'; SELECT pg_switch_wal()`);
    const killed = postmasterPid() as number;
    process.kill(killed, 'SIGKILL');
    await waitFor(async () => (await customerNames(url).catch(() => [])).length > 0);
    expect(await customerNames(url)).toContainEqual({ name: 'Kept' });
    // The lease was renewed: the server outlives the pause after which an unused one stops.
    const pid = postmasterPid();
    await outlivesPause(url);
    expect(postmasterPid()).toBe(pid);
  });

  it('starts over when the first start was killed half-way', async () => {
    await removeWorkspace();
    newWorkspace();
    const script = fileURLToPath(new URL('supervisor.ts', import.meta.url));
    const supervisor = spawn(process.execPath, [script, shop.root], { stdio: 'ignore', detached: true });
    await waitFor(() => readdirSync(home.dir).some((file) => file.startsWith('initdb-')));
    process.kill(-(supervisor.pid as number), 'SIGKILL');
    const lease = await acquireDatabase(layout);
    expect(await customerNames(lease.url)).toHaveLength(3);
    await lease.release();
  });

  it('never gives a server that is about to stop', async () => {
    for (let round = 0; round < 6; round++) {
      const lease = await acquireDatabase(layout);
      expect(await customerNames(lease.url)).toHaveLength(3);
      await lease.release();
      // Around the moment at which an unused server stops.
      await sleep(950 + round * 90);
    }
  });

  it('brings the development database up to date when a migration comes, and fills it again', async () => {
    const before = await acquireDatabase(layout);
    shop.write(
      'libs/storage/migrations/1751328000001_phone.sql',
      '-- Up Migration\nALTER TABLE customers.customers ADD phone text;\n-- Down Migration\nALTER TABLE customers.customers DROP phone;\n',
    );
    await query(before.url, 'DELETE FROM customers.customers WHERE id = 3');
    const after = await acquireDatabase(layout);
    expect(await query(after.url, 'SELECT id, phone FROM customers.customers WHERE id = 3')).toEqual([
      { id: 3, phone: null },
    ]);
    await Promise.all([before.release(), after.release()]);
  });

  it('gives a function a role with its grants only', async () => {
    const lease = await acquireDatabase(layout);
    await lease.grant(new Map([['get-customer', { 'customers.customers': ['select'] }]]));
    const url = lease.functionUrl('get-customer');
    expect(await customerNames(url)).toHaveLength(3);
    await expect(query(url, 'DELETE FROM customers.customers')).rejects.toThrow(/permission denied/);
    await lease.grant(new Map([['get-customer', { 'orders.orders': ['select'] }]]));
    expect(await query(url, 'SELECT * FROM orders.orders')).toEqual([]);
    await expect(customerNames(url)).rejects.toThrow(/permission denied/);
    await lease.release();
  });

  it('gives a role that an older version made the settings of today', async () => {
    const lease = await acquireDatabase(layout);
    await lease.grant(readCustomers);
    await query(lease.url, `ALTER ROLE "local-get-customer" SET statement_timeout = '10s'`);
    await lease.grant(readCustomers);
    const settings = await query(lease.functionUrl('get-customer'), 'SHOW statement_timeout');
    expect(settings).toEqual([{ statement_timeout: '4s' }]);
    await lease.release();
  });

  it('grants the same to several processes at once', async () => {
    const leases = await Promise.all([1, 2, 3, 4].map(() => acquireDatabase(layout)));
    const name = `get-${process.pid}`;
    await Promise.all(leases.map((one) => one.grant(new Map([[name, { 'orders.orders': ['select'] }]]))));
    expect(
      await query((leases[0] as DatabaseLease).functionUrl(name), 'SELECT * FROM orders.orders'),
    ).toEqual([]);
    await Promise.all(leases.map((one) => one.release()));
  });

  it('recreates the development database on demand, with the roles that functions have', async () => {
    const lease = await acquireDatabase(layout);
    await lease.grant(readCustomers);
    await query(lease.url, 'DELETE FROM customers.customers');
    await resetDevelopmentDatabase(layout);
    expect(await customerNames(lease.functionUrl('get-customer'))).toHaveLength(3);
    await lease.release();
  });

  it('keeps the development database when it cannot be recreated, and tells the file and the line', async () => {
    const lease = await acquireDatabase(layout);
    await query(lease.url, `UPDATE customers.customers SET name = 'Kept'`);
    shop.write('libs/storage/seed.sql', `${seed};\n\nINSERT INTO nowhere VALUES (1);`);
    await expect(resetDevelopmentDatabase(layout)).rejects.toThrow(
      /libs\/storage\/seed\.sql:3: relation "nowhere" does not exist/,
    );
    shop.write('libs/storage/seed.sql', seed);
    expect(await customerNames(lease.url)).toContainEqual({ name: 'Kept' });
    await resetDevelopmentDatabase(layout);
    await lease.release();
  });

  it('tells which applied migration has changed, and what mends it', async () => {
    const [file, edited] = ['libs/storage/migrations/1751328000002_notes.sql', 'is acquired again'];
    shop.write(file, 'CREATE TABLE orders.notes ();');
    const lease = await acquireDatabase(layout);
    expect(lease.notes).toEqual(['applied 1751328000002_notes']);
    shop.write(file, `CREATE TABLE orders.notes (text text); -- ${edited}`);
    const message = `${join(shop.root, file)} was edited after it was applied.\nRecreate the development database: npx nanos database reset`;
    await expect(lease.update(layout.database)).rejects.toThrow(message);
    await expect(acquireDatabase(layout)).rejects.toThrow(message);
    await resetDevelopmentDatabase(layout);
    expect(await query(lease.url, 'SELECT text FROM orders.notes')).toEqual([]);
    shop.remove(file);
    await expect(acquireDatabase(layout)).rejects.toThrow(/1751328000002_notes\.sql was removed after/);
    await resetDevelopmentDatabase(layout);
    expect(await lease.update(layout.database)).toEqual([]);
    await lease.release();
  });

  it('leaves the database of DATABASE_URL alone', async () => {
    vi.stubEnv('DATABASE_URL', 'postgresql://127.0.0.1:9/else');
    const lease = await acquireDatabase(layout);
    vi.stubEnv('DATABASE_URL', undefined);
    vi.stubEnv('DATABASE_LINGER_MS', '1000');
    expect(lease.url).toMatch(/^postgresql:\/\/.*@127\.0\.0\.1:9\/else$/);
    expect(lease.description).toBe('of DATABASE_URL at 127.0.0.1:9/else');
    expect(isRunning()).toBe(false);
    await lease.release();
  });

  it.runIf(process.getuid?.() === 0)('runs the server as nobody when it runs as root', async () => {
    const lease = await acquireDatabase(layout);
    const user = execFileSync('ps', ['-o', 'user=', '-p', String(postmasterPid())], { encoding: 'utf8' });
    expect(user.trim()).toBe('nobody');
    await lease.release();
  });
});

describe('a watched database', () => {
  let lease: DatabaseLease;
  const news: string[] = [];
  beforeEach(async () => {
    news.length = 0;
    lease = await acquireDatabase(layout);
    await lease.grant(readCustomers);
    lease.watch(({ text }) => news.push(text));
  });
  afterEach(() => lease.release());
  const asFunction = () => customerNames(lease.functionUrl('get-customer'));
  const servesAgain = () => waitFor(async () => (await asFunction().catch(() => [])).length === 3);

  it.each([
    [
      'a table was created again',
      `CREATE TABLE public.copy AS SELECT * FROM customers.customers; DROP TABLE customers.customers;
       CREATE TABLE customers.customers AS SELECT * FROM public.copy; DROP TABLE public.copy`,
    ],
    ['rights were revoked', 'REVOKE USAGE ON SCHEMA customers FROM "local-get-customer"'],
  ])('gives functions their rights again after %s', async (_, statements) => {
    await query(lease.url, statements);
    await waitFor(() => news.includes('↻ database: rights of get-customer'));
    expect(await asFunction()).toHaveLength(3);
  });

  it('does not take from functions what another process grants', async () => {
    const other = await acquireDatabase(layout);
    await other.grant(new Map([['get-customer', { 'orders.orders': ['select'] } as const]]));
    // This process adds its rights to those.
    await waitFor(() => news.includes('↻ database: rights of get-customer'));
    expect(await asFunction()).toHaveLength(3);
    expect(await query(lease.functionUrl('get-customer'), 'SELECT * FROM orders.orders')).toEqual([]);
    await other.release();
  });

  it('tells that a table is missing, and serves after a reset', async () => {
    await query(lease.url, 'DROP SCHEMA customers CASCADE');
    await waitFor(() => news.length > 0);
    expect(news[0]).toMatch(
      /^The contract of get-customer declares "customers\.customers".* no such table.* recreate the database: npx nanos database reset$/,
    );
    await resetDevelopmentDatabase(layout);
    expect(await asFunction()).toHaveLength(3);
  });

  it('is created again when it was dropped', async () => {
    await query(lease.url.replace(/[^/]+$/, 'postgres'), 'DROP DATABASE nanoservices WITH (FORCE)');
    await servesAgain();
    await waitFor(() => news.includes('↻ database: created, rights of get-customer'));
  });

  it('is created again, at the same address, when its folder was removed', async () => {
    await query(lease.url, `UPDATE customers.customers SET name = 'Lost'`);
    removeFolder(home.dir);
    await waitFor(async () => !JSON.stringify(await asFunction().catch(() => 'Lost')).includes('Lost'));
    expect(await asFunction()).toHaveLength(3);
  });

  it('serves again after a crash of the server', async () => {
    process.kill(postmasterPid() as number, 'SIGKILL');
    await servesAgain();
  });

  it('comes back when the supervisor was told to end', async () => {
    const [supervisor] = supervisorPids() as [number];
    process.kill(supervisor, 'SIGTERM');
    await waitFor(() => !isAlive(supervisor));
    await servesAgain();
  });
});

describe('a server without supervisor', () => {
  it('gets one, and stops when it is not used, after all of its clients and the supervisor were killed', async () => {
    const { child } = await holder();
    const pid = postmasterPid();
    const [supervisor] = supervisorPids() as [number];
    child.kill('SIGKILL');
    process.kill(supervisor, 'SIGKILL');
    await waitFor(() => !isAlive(supervisor));
    await waitFor(() => !isAlive(pid) && !isRunning());
  });

  it('is never there when the command was ended with all its descendants', async () => {
    const { child } = await holder();
    const parents = execFileSync('ps', ['-eo', 'pid=,ppid='], { encoding: 'utf8' })
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number));
    expect(parents.filter(([, parent]) => parent === child.pid)).toEqual([]);
  });
});

describe('a workspace that is', () => {
  const place = (name: string) => join(tmpdir(), `${name}-${process.pid}`);

  it('moved while its server runs has a server with the same data, of its new place', async () => {
    const first = await acquireDatabase(layout);
    await query(first.url, `UPDATE customers.customers SET name = 'Moved' WHERE id = 1`);
    await first.release();
    const old = postmasterPid();
    const moved = place('moved workspace');
    renameSync(shop.root, moved);
    try {
      const lease = await acquireDatabase(readLayout(moved));
      expect(await customerNames(lease.url)).toContainEqual({ name: 'Moved' });
      expect(isAlive(old)).toBe(false);
      // Programs and libraries of the server are found.
      await query(lease.url, 'DO $$ BEGIN END $$');
      const file = readFileSync(join(serverHome(moved).dataDir, 'postmaster.pid'), 'utf8');
      expect(file.split('\n')[1]).toBe(join(moved, '.database/data'));
      await lease.release();
    } finally {
      renameSync(moved, shop.root);
    }
    const back = await acquireDatabase(layout);
    expect(await customerNames(back.url)).toContainEqual({ name: 'Moved' });
    await back.release();
  });

  it('moved while its server starts has no server left at its old place', async () => {
    const moved = place('starting workspace');
    const starting = acquireDatabase(layout).catch((error: Error) => error);
    // The file is empty for a moment.
    let pid = postmasterPid();
    for (; !pid; pid = postmasterPid()) await setImmediate();
    renameSync(shop.root, moved);
    try {
      const outcome = await starting;
      if ('release' in outcome) await outcome.release();
      await waitFor(() => !isRunning() && !isAlive(pid));
    } finally {
      renameSync(moved, shop.root);
    }
  });

  /** Names a customer, kills client and server, and moves the workspace. */
  async function crashAndMove(customer: string, moved: string): Promise<void> {
    const { child, url } = await holder();
    await query(
      url,
      `UPDATE customers.customers SET name = '${customer}' WHERE id = 1; SELECT pg_switch_wal()`,
    );
    // Stopped, the supervisor does not restart the server.
    for (const pid of supervisorPids()) process.kill(pid, 'SIGSTOP');
    child.kill('SIGKILL');
    const crashed = postmasterPid() as number;
    process.kill(crashed, 'SIGKILL');
    await waitFor(() => !isAlive(crashed));
    renameSync(shop.root, moved);
    for (const pid of supervisorPids()) process.kill(pid, 'SIGCONT');
  }

  it('moved after server and supervisor crashed keeps its data', async () => {
    const moved = place('crashed workspace');
    await crashAndMove('Crashed', moved);
    try {
      const lease = await acquireDatabase(readLayout(moved));
      expect(await customerNames(lease.url)).toContainEqual({ name: 'Crashed' });
      await lease.release();
    } finally {
      renameSync(moved, shop.root);
    }
  });

  it('moved after a crash keeps its data, though a new clone took its old place', async () => {
    const moved = place('replaced workspace');
    await crashAndMove('Kept', moved);
    await waitFor(() => supervisorPids().length === 0);
    const isData = (path: string) => path.startsWith(join(moved, '.database'));
    cpSync(moved, shop.root, { recursive: true, verbatimSymlinks: true, filter: (path) => !isData(path) });
    chmodSync(shop.root, 0o755);
    try {
      const clone = await acquireDatabase(layout);
      expect(await customerNames(clone.url)).toContainEqual({ name: 'Ida' });
      await clone.release();
      const lease = await acquireDatabase(readLayout(moved));
      expect(await customerNames(lease.url)).toContainEqual({ name: 'Kept' });
      await lease.release();
      await waitFor(() => !isRunning() && !readPostmaster(serverHome(moved)));
    } finally {
      rmSync(shop.root, { recursive: true });
      renameSync(moved, shop.root);
    }
  });

  it('copied while its server runs has a server with its own data', async () => {
    const lease = await acquireDatabase(layout);
    await query(lease.url, `UPDATE customers.customers SET name = 'Original' WHERE id = 1`);
    const copied = place('copied workspace');
    cpSync(shop.root, copied, { recursive: true, verbatimSymlinks: true });
    chmodSync(copied, 0o755);
    const copy = await acquireDatabase(readLayout(copied));
    expect(new URL(copy.url).port).not.toBe(new URL(lease.url).port);
    expect(await customerNames(copy.url)).toEqual([{ name: 'Ida' }, { name: 'Jon' }, { name: 'Kim' }]);
    expect(await customerNames(lease.url)).toContainEqual({ name: 'Original' });
    await Promise.all([copy.release(), lease.release()]);
    await waitFor(() => !readPostmaster(serverHome(copied)));
    rmSync(copied, { recursive: true });
  });
});

describe('a copy of a workspace has its own server and data', () => {
  const original = () => acquireDatabase(layout);
  let copied: string;
  let copy: Layout;

  /** Copies the workspace with its data. */
  function copyWorkspace(): void {
    copied = join(tmpdir(), `copy of shop-${process.pid}`);
    execFileSync('cp', ['-a', shop.root, copied]);
    copy = readLayout(copied);
  }
  const rename = (url: string, customer: string) =>
    query(url, `UPDATE customers.customers SET name = '${customer}' WHERE id = 1`);
  const stopped = () => waitFor(() => !isRunning() && !readPostmaster(serverHome(copied)));

  afterEach(async () => {
    await stopped();
    rmSync(serverHome(copied).dir, { recursive: true });
    rmSync(copied, { recursive: true });
  });

  it('when it was copied at rest', async () => {
    const before = await original();
    await rename(before.url, 'Copied');
    await before.release();
    await waitFor(() => !isRunning());
    copyWorkspace();
    // The copy is first, and takes the port that both have had.
    const second = await acquireDatabase(copy);
    const first = await original();
    await rename(second.url, 'Second');
    expect(await customerNames(first.url)).toContainEqual({ name: 'Copied' });
    await resetDevelopmentDatabase(copy);
    expect(await customerNames(first.url)).toContainEqual({ name: 'Copied' });
    expect(await customerNames(second.url)).toContainEqual({ name: 'Ida' });
    await Promise.all([first.release(), second.release()]);
  });

  it('when the original crashed, and the copy listens at its address', async () => {
    const before = await original();
    await rename(before.url, 'Crashed');
    const file = join(home.dataDir, 'postmaster.pid');
    const left = readFileSync(file, 'utf8');
    await before.release();
    await waitFor(() => !isRunning());
    copyWorkspace();
    const second = await acquireDatabase(copy);
    expect(second.url).toBe(before.url);
    await rename(second.url, 'Second');
    // Such a file is left by a crash.
    writeFileSync(file, left);
    const first = await original();
    expect(first.url).not.toBe(second.url);
    expect(await customerNames(first.url)).toContainEqual({ name: 'Crashed' });
    await Promise.all([first.release(), second.release()]);
  });

  it('when its files name its own path, as in another container with the same network', async () => {
    const first = await original();
    await rename(first.url, 'Original');
    copyWorkspace();
    const file = join(serverHome(copied).dataDir, 'postmaster.pid');
    const named = readFileSync(file, 'utf8').replace(shop.root, copied);
    expect(named).toContain(copied);
    writeFileSync(file, named);
    const second = await acquireDatabase(copy);
    expect(second.url).not.toBe(first.url);
    expect(await customerNames(second.url)).toContainEqual({ name: 'Ida' });
    await resetDevelopmentDatabase(copy);
    expect(await customerNames(first.url)).toContainEqual({ name: 'Original' });
    await Promise.all([first.release(), second.release()]);
  });
});

describe('createTestDatabase()', () => {
  it('gives each caller a separate empty, migrated database, and drops it', async () => {
    const databases = await Promise.all([1, 2, 3].map(() => createTestDatabase(shop.root)));
    const urls = databases.map(({ url }) => url);
    expect(new Set(urls).size).toBe(3);
    for (const url of urls) expect(await customerNames(url)).toEqual([]);
    await Promise.all(databases.map((database) => database.drop()));
    await expect(customerNames(urls[0] as string)).rejects.toThrow(/does not exist/);
  });

  it('gives each function a role with the grants of its contract', async () => {
    const database = await createTestDatabase(shop.root);
    const url = database.functionUrl('get-customer');
    expect(await customerNames(url)).toEqual([]);
    await expect(query(url, 'SELECT * FROM orders.orders')).rejects.toThrow(/permission denied/);
    await database.grant(new Map([['list-orders', { 'orders.orders': ['select'] }]]));
    expect(await query(database.functionUrl('list-orders'), 'SELECT * FROM orders.orders')).toEqual([]);
    // So does an API that is started with these variables.
    const lease = await acquireDatabase(layout, database.environment);
    expect([lease.url, lease.functionUrl('get-customer')]).toEqual([database.url, url]);
    await lease.grant(new Map([['get-customer', { 'orders.orders': ['select'] }]]));
    expect(await query(url, 'SELECT * FROM orders.orders')).toEqual([]);
    await Promise.all([lease.release(), database.drop()]);
  });

  it('clears away what a killed run left, and nothing that is in use', async () => {
    const used = await createTestDatabase(shop.root);
    const lease = await acquireDatabase(layout);
    await query(lease.url, 'CREATE DATABASE test_00000000deadbeef');
    const next = await createTestDatabase(shop.root);
    const left = await query<{ datname: string }>(
      lease.url,
      `SELECT datname FROM pg_database WHERE datname ~ '^test_'`,
    );
    expect(left).toHaveLength(2);
    expect(await customerNames(used.url)).toEqual([]);
    await Promise.all([used.drop(), next.drop(), lease.release()]);
  });

  it('spares a database that is not complete yet: its session is there before it', async () => {
    const lease = await acquireDatabase(layout);
    const name = 'test_00000000deadbeef';
    const maker = new pg.Client({ connectionString: lease.url, application_name: name });
    await maker.connect();
    await maker.query(`CREATE DATABASE ${name}`);
    const next = await createTestDatabase(shop.root);
    await maker.query(`DROP DATABASE ${name}`);
    await Promise.all([maker.end(), next.drop(), lease.release()]);
  });

  it('spares what is in use when the server has ended all sessions, or the run uses another database', async () => {
    const used = await createTestDatabase(shop.root);
    const lease = await acquireDatabase(layout);
    process.kill(postmasterPid() as number, 'SIGKILL');
    await waitFor(async () => (await customerNames(lease.url).catch(() => [])).length > 0);
    await (await createTestDatabase(shop.root)).drop();
    // Sessions and locks of a run on one database are not those of another one.
    vi.stubEnv('DATABASE_URL', used.url);
    await (await createTestDatabase(shop.root)).drop();
    vi.stubEnv('DATABASE_URL', undefined);
    expect(await customerNames(used.url)).toEqual([]);
    await Promise.all([used.drop(), lease.release()]);
  });

  it('makes a template again that was left half-made', async () => {
    const first = await createTestDatabase(shop.root);
    const lease = await acquireDatabase(layout);
    const [template] = await query<{ name: string }>(
      lease.url,
      `SELECT datname AS name FROM pg_database WHERE datname ~ '^template_'`,
    );
    await query(lease.url, `COMMENT ON DATABASE ${template?.name} IS NULL`);
    await query(lease.url.replace(/[^/]+$/, template?.name as string), 'DROP SCHEMA orders CASCADE');
    const second = await createTestDatabase(shop.root);
    expect(await query(second.url, 'SELECT * FROM orders.orders')).toEqual([]);
    await Promise.all([first.drop(), second.drop(), lease.release()]);
  });

  it('works on the server of DATABASE_URL, and says when its role may not create databases', async () => {
    const lease = await acquireDatabase(layout);
    vi.stubEnv('DATABASE_URL', lease.url);
    const database = await createTestDatabase(shop.root);
    expect(await customerNames(database.url)).toEqual([]);
    await database.drop();

    await query(lease.url, `CREATE ROLE weak LOGIN PASSWORD 'weak'`);
    vi.stubEnv('DATABASE_URL', lease.url.replace(/\/\/[^@]+@/, '//weak:weak@'));
    await expect(createTestDatabase(shop.root)).rejects.toThrow(/DATABASE_URL.*CREATEDB/);
    vi.stubEnv('DATABASE_URL', undefined);
    vi.stubEnv('DATABASE_LINGER_MS', '1000');
    await lease.release();
  });
});
