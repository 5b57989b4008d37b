import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { advisoryLocks } from '@nanoservices/postgres/admin';
import type { Client } from 'pg';
import { maintenanceDatabase, serverUrl } from './postgres-server.ts';
import { type ServerHome, serverHome } from './server-home.ts';

/** Application name of the supervisor's session in pg_stat_activity, followed by the supervisor's process id. */
export const supervisorName = 'nanoservices supervisor';

const deadlineMs = 30_000;

/** The right to use the server. The server runs while a lease is held, and a lease ends with its process. */
export interface ServerLease {
  readonly home: ServerHome;
  /** Connection to the maintenance database. The connection is the lease. */
  readonly client: Client;
  url(database: string): string;
  release(): Promise<void>;
}

/**
 * Joins the workspace's server, and starts it when it is down. Any number of processes may call this at once. If the server
 * crashes during a lease, it is restarted and the lease renewed.
 *
 * @throws Error with the end of the server's log when there is no server after 30 seconds
 */
export async function leaseServer(workspaceRoot: string): Promise<ServerLease> {
  const home = serverHome(workspaceRoot);
  let client = await joinServer(home, workspaceRoot);
  let released = false;
  const renewWhenBroken = () =>
    client.once('end', async () => {
      if (released) return;
      const renewed = await joinServer(home, workspaceRoot).catch(() => undefined);
      if (!renewed) return;
      client = renewed;
      if (released) await client.end();
      else renewWhenBroken();
    });
  renewWhenBroken();

  return {
    home,
    get client() {
      return client;
    },
    url: (database) => serverUrl(home, database) as string,
    release: async () => {
      released = true;
      await client.end();
    },
  };
}

async function joinServer(home: ServerHome, workspaceRoot: string): Promise<Client> {
  const giveUpAt = Date.now() + deadlineMs;
  let startAt = 0;
  let pauseMs = 1000;
  for (;;) {
    const joined = await tryJoin(home);
    if (joined) {
      // A killed supervisor left its server behind: the server needs a new one.
      if (!joined.supervised) startSupervisor(home, workspaceRoot);
      return joined.client;
    }
    if (Date.now() > giveUpAt) throw new Error(failure(home));
    // A surplus supervisor ends at once. The pauses grow, so that many waiting processes leave the processor to the
    // one that works.
    if (Date.now() > startAt) {
      startSupervisor(home, workspaceRoot);
      startAt = Date.now() + pauseMs;
      pauseMs *= 2;
    }
    await sleep(20);
  }
}

async function tryJoin(home: ServerHome): Promise<{ client: Client; supervised: boolean } | undefined> {
  const connectionString = serverUrl(home, maintenanceDatabase);
  if (!connectionString) return undefined;
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString, application_name: 'nanoservices lease', keepAlive: true });
  client.on('error', () => {});
  try {
    await client.connect();
    // A server that is about to stop holds this lock, and ends this connection.
    await client.query('SELECT pg_advisory_lock_shared($1)', [advisoryLocks.serverLease]);
    const { rows } = await client.query<{ name: string }>(
      'SELECT application_name AS name FROM pg_stat_activity WHERE starts_with(application_name, $1)',
      [supervisorName],
    );
    // The session of a killed supervisor outlives its process for a moment.
    const pids = rows.map(({ name }) => Number(name.slice(supervisorName.length)));
    return { client, supervised: pids.some(isAlive) };
  } catch {
    await client.end().catch(() => {});
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // It runs as another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function startSupervisor({ supervisorLogFile }: ServerHome, workspaceRoot: string): void {
  const script = fileURLToPath(new URL('supervisor.ts', import.meta.url));
  const log = openSync(supervisorLogFile, 'w');
  spawn(process.execPath, ['--disable-warning=ExperimentalWarning', script, workspaceRoot], {
    cwd: '/',
    detached: true,
    stdio: ['ignore', 'ignore', log],
    env: { PATH: process.env.PATH, DATABASE_LINGER_MS: process.env.DATABASE_LINGER_MS },
  }).unref();
  closeSync(log);
}

function failure({ logFile, supervisorLogFile, dir }: ServerHome): string {
  const logs = [supervisorLogFile, logFile]
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file, 'utf8'));
  const end = logs.join('').trim().split('\n').slice(-12).join('\n');
  return (
    `The embedded PostgreSQL in ${dir} did not start within ${deadlineMs / 1000} seconds. The end of its log:\n${end}\n` +
    `Remove ${dir} to begin with a new one, or set DATABASE_URL to use a PostgreSQL of your own.`
  );
}
