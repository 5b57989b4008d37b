import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, openSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { advisoryLocks } from '@nanoservices/postgres/admin';
import type { Client } from 'pg';
import { placeFile } from './place-file.ts';
import { maintenanceDatabase, serverUrl } from './postgres-server.ts';
import { isRunning } from './process-state.ts';
import { connectToOwn } from './same-folder.ts';
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
 * crashes during a lease, or its folder is removed, it is restarted at the same address and the lease renewed.
 *
 * @param name - application name of the lease's session in pg_stat_activity
 * @throws Error with the end of the server's log when there is no server after 30 seconds
 */
export async function leaseServer(
  workspaceRoot: string,
  name: string = 'nanoservices lease',
): Promise<ServerLease> {
  let client = await joinServer(workspaceRoot, name);
  const home = serverHome(workspaceRoot);
  const address = readAddress(home);
  let released = false;
  const renewWhenBroken = () =>
    client.once('end', async () => {
      if (released) return;
      const renewed = await joinServer(workspaceRoot, name, address).catch(() => undefined);
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

/** The port and password of a server. */
interface Address {
  readonly port: string;
  readonly password: string;
}

function readAddress({ portFile, passwordFile }: ServerHome): Address {
  return { port: readFileSync(portFile, 'utf8'), password: readFileSync(passwordFile, 'utf8') };
}

/** Gives a folder that was removed during a lease the address of its server back. */
function restoreAddress({ portFile, passwordFile }: ServerHome, { port, password }: Address): void {
  if (existsSync(passwordFile)) return;
  placeFile(passwordFile, password);
  placeFile(portFile, port);
}

/** @param address - the address before; undefined for a new lease */
async function joinServer(workspaceRoot: string, name: string, address?: Address): Promise<Client> {
  const giveUpAt = Date.now() + deadlineMs;
  let startAt = 0;
  let pauseMs = 1000;
  let home = serverHome(workspaceRoot);
  for (;;) {
    // The folder may be removed at any time.
    if (!existsSync(home.dir)) home = serverHome(workspaceRoot);
    if (address) restoreAddress(home, address);
    const joined = await tryJoin(home, name);
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

async function tryJoin(
  home: ServerHome,
  name: string,
): Promise<{ client: Client; supervised: boolean } | undefined> {
  const connectionString = serverUrl(home, maintenanceDatabase);
  if (!connectionString) return undefined;
  const options = { connectionString, application_name: name, keepAlive: true };
  const client = await connectToOwn(home, options).catch(() => undefined);
  if (!client) return undefined;
  try {
    // A server that is about to stop holds this lock, and ends this connection.
    await client.query('SELECT pg_advisory_lock_shared($1)', [advisoryLocks.serverLease]);
    const { rows } = await client.query<{ name: string }>(
      'SELECT application_name AS name FROM pg_stat_activity WHERE starts_with(application_name, $1)',
      [supervisorName],
    );
    // The session of a killed supervisor outlives its process for a moment.
    const pids = rows.map(({ name }) => Number(name.slice(supervisorName.length)));
    return { client, supervised: pids.some(isRunning) };
  } catch {
    await client.end().catch(() => {});
    return undefined;
  }
}

/**
 * Starts the supervisor as a process without parent: whoever ends a command with all its descendants, as Nx does, or its
 * process group, as a terminal does, does not end the supervisor.
 */
function startSupervisor({ supervisorLogFile }: ServerHome, workspaceRoot: string): void {
  const script = fileURLToPath(new URL('supervisor.ts', import.meta.url));
  const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
  const log = openSync(supervisorLogFile, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
  const command = [process.execPath, '--disable-warning=ExperimentalWarning', script, workspaceRoot];
  spawn('/bin/sh', ['-c', '"$@" &', 'sh', ...command], {
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
