/**
 * `node supervisor.ts <workspace root>`: starts the workspace's server and stops it when nobody uses it any more.
 * There is one supervisor per home; another one ends at once. Nobody waits for it and it waits for nobody: users of
 * the server find it by its data folder, and the supervisor sees them as sessions of the server.
 */
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { leaseLock, supervisorName } from './lease.ts';
import {
  initialiseServer,
  maintenanceDatabase,
  serverUrl,
  startServer,
  stopServer,
} from './postgres-server.ts';
import { type ServerHome, serverHome } from './server-home.ts';

/** How long the server stays up without a user: the pause between two commands of one person, with Nx around them. */
const lingerMs = Number(process.env.DATABASE_LINGER_MS ?? 5000);
const pollMs = 100;

const home = serverHome(process.argv[2] as string);
// Waits a moment for a supervisor that is about to leave.
const lock = new DatabaseSync(home.lockFile, { timeout: 1000 });
if (tryLock()) await supervise();

/** SQLite's lock on a file is freed by the operating system when its holder dies, however it dies. */
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
    // The connection broke, so the server crashed: start it again, for those who are using it.
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

/** Watches the server's sessions; true when it stopped the server for want of any. */
async function watch(): Promise<boolean> {
  const client = await connect();
  let usedAt = Date.now();
  while (true) {
    await sleep(pollMs);
    const { rows } = await client.query(
      `SELECT count(*)::int AS users FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND NOT starts_with(application_name, $1)`,
      [supervisorName],
    );
    if (rows[0].users > 0) usedAt = Date.now();
    if (Date.now() - usedAt < lingerMs) continue;
    // From here on nobody gets a lease; whoever waits for one is cut off by the stop and starts over.
    const { rows: locks } = await client.query('SELECT pg_try_advisory_lock($1) AS free', [leaseLock]);
    if (!locks[0].free) continue;
    await stopServer(home);
    return true;
  }
}
