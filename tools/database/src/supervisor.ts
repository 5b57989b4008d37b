/**
 * `node supervisor.ts <workspace root>`: starts the workspace's server, and stops it when it is no longer used. A home has
 * one supervisor; a second one ends at once. Clients and supervisor do not talk: clients find the server by its data
 * folder, and the supervisor sees them as sessions of the server.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { advisoryLocks } from '@nanoservices/postgres/admin';
import { supervisorName } from './lease.ts';
import {
  initialiseServer,
  maintenanceDatabase,
  serverUrl,
  startServer,
  stopServer,
} from './postgres-server.ts';
import { type ServerHome, serverHome } from './server-home.ts';

/** Time in milliseconds that an unused server stays up: a person's pause between two commands, with Nx around them. */
const lingerMs = Number(process.env.DATABASE_LINGER_MS ?? 5000);
const pollMs = 100;

const home = serverHome(process.argv[2] as string);
// The timeout outlasts a supervisor that is about to leave.
const lock = new DatabaseSync(home.lockFile, { timeout: 1000 });
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
  for (;;) {
    await ensureRunning(home);
    const stopped = await watch().catch(() => false);
    if (stopped) return;
    // The connection broke, so the server crashed: restart it for its clients.
  }
}

async function ensureRunning(home: ServerHome): Promise<void> {
  await initialiseServer(home);
  if (await canConnect()) return;
  await startServer(home);
}

async function canConnect(): Promise<boolean> {
  const client = await connect().catch(() => undefined);
  await client?.end();
  return client !== undefined;
}

async function connect() {
  const connectionString = serverUrl(home, maintenanceDatabase);
  if (!connectionString) throw new Error('The server is not ready');
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString, application_name: `${supervisorName} ${process.pid}` });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** Watches the server's sessions. @returns true after it has stopped an unused server */
async function watch(): Promise<boolean> {
  const client = await connect();
  let usedAt = Date.now();
  while (true) {
    await sleep(pollMs);
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
    if (!locks[0].free) continue;
    await stopServer(home);
    return true;
  }
}
