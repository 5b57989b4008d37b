/**
 * `node supervisor.ts <workspace root>`: starts the workspace's server, and stops it when it is no longer used. A home has
 * one supervisor; a second one ends at once. Clients and supervisor do not talk: clients find the server by its data
 * folder, and the supervisor sees them as sessions of the server.
 */
import { statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { advisoryLocks } from '@nanoservices/postgres/admin';
import { supervisorName } from './lease.ts';
import { settleHome } from './moved-home.ts';
import {
  initialiseServer,
  maintenanceDatabase,
  serverUrl,
  startServer,
  stopServer,
} from './postgres-server.ts';
import { readPostmaster } from './postmaster-file.ts';
import { connectToOwn } from './same-folder.ts';
import { serverHome } from './server-home.ts';
import { startStandIn } from './stand-in.ts';

/** Time in milliseconds that an unused server stays up: a person's pause between two commands, with Nx around them. */
const lingerMs = Number(process.env.DATABASE_LINGER_MS ?? 5000);
const pollMs = 100;

const root = process.argv[2] as string;
const home = serverHome(root);
// The timeout outlasts a supervisor that is about to leave.
const lock = new DatabaseSync(home.lockFile, { timeout: 1000 });
const stopping = new AbortController();
if (tryLock()) await supervise();

/** The operating system frees SQLite's lock on a file with its process, however that ends. */
function tryLock(): boolean {
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    return true;
  } catch {
    return false;
  }
}

async function supervise(): Promise<void> {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const standIn = startStandIn(root);
  try {
    const lockFile = statSync(home.lockFile).ino;
    for (;;) {
      const pid = await ensureRunning();
      // If the connection breaks, the server has crashed: it is restarted for its clients.
      const isOver = await watch(pid, lockFile).catch(() => hasToStop(undefined, lockFile));
      if (!isOver) continue;
      await stopServer(home, pid);
      return;
    }
  } finally {
    standIn.dismiss();
  }
}

/** @returns the server's process id */
async function ensureRunning(): Promise<number> {
  await settleHome(home);
  await initialiseServer(home);
  const running = (await canConnect()) ? readPostmaster(home)?.pid : undefined;
  return running ?? startServer(home);
}

async function canConnect(): Promise<boolean> {
  const client = await connect().catch(() => undefined);
  await client?.end();
  return client !== undefined;
}

async function connect() {
  const connectionString = serverUrl(home, maintenanceDatabase);
  if (!connectionString) throw new Error('The server is not ready');
  return connectToOwn(home, { connectionString, application_name: `${supervisorName} ${process.pid}` });
}

/**
 * Watches the server's sessions and its folder.
 *
 * @returns true when the server is not used, or has to stop
 */
async function watch(pid: number, lockFile: number): Promise<boolean> {
  const client = await connect();
  let usedAt = Date.now();
  while (true) {
    await sleep(pollMs, undefined, { signal: stopping.signal }).catch(() => {});
    if (hasToStop(pid, lockFile)) return true;
    const { rows } = await client.query(
      `SELECT count(*)::int AS clients FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND NOT starts_with(application_name, $1)`,
      [supervisorName],
    );
    if (rows[0].clients > 0) usedAt = Date.now();
    if (Date.now() - usedAt < lingerMs) continue;
    // This lock refuses new leases: the stop ends waiting connections, and their processes start over.
    const { rows: locks } = await client.query('SELECT pg_try_advisory_lock($1) AS free', [
      advisoryLocks.serverLease,
    ]);
    if (locks[0].free) return true;
  }
}

/** Tells if this process was told to end, or the locked file or the server's data was moved or removed. */
function hasToStop(pid: number | undefined, lockFile: number): boolean {
  if (stopping.signal.aborted) return true;
  if (statSync(home.lockFile, { throwIfNoEntry: false })?.ino !== lockFile) return true;
  return pid !== undefined && readPostmaster(home)?.pid !== pid;
}
