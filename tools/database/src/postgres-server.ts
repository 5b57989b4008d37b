import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  chownSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { isAtHome, readPostmaster } from './postmaster-file.ts';
import { isRunning, sendSignal } from './process-state.ts';
import { serverBinaries } from './server-binaries.ts';
import type { ServerHome } from './server-home.ts';

/** Database for administration. It always exists. */
export const maintenanceDatabase = 'postgres';

/** @returns the connection string of a database of the running server; undefined when no server is ready */
export function serverUrl(home: ServerHome, database: string): string | undefined {
  const postmaster = readPostmaster(home);
  if (!postmaster?.isReady || !isAtHome(postmaster, home) || !existsSync(home.passwordFile)) return undefined;
  const password = readFileSync(home.passwordFile, 'utf8');
  return `postgresql://postgres:${password}@127.0.0.1:${postmaster.port}/${database}`;
}

/**
 * Creates the data folder, unless there is one. It is moved into place when it is complete, so that an interrupted run
 * leaves nothing that looks like a database.
 */
export async function initialiseServer(home: ServerHome): Promise<void> {
  // A server whose folder is being removed writes into it until it has stopped.
  const isWhole = ['PG_VERSION', 'global/pg_control'].every((file) => existsSync(join(home.dataDir, file)));
  if (isWhole) return;
  rmSync(home.dataDir, { recursive: true, force: true, maxRetries: 10 });
  for (const leftover of readdirSync(home.dir).filter((file) => file.startsWith('initdb-'))) {
    rmSync(join(home.dir, leftover), { recursive: true });
  }
  const temporary = join(home.dir, `initdb-${process.pid}`);
  // Clients of a server whose data was removed go on with its password.
  if (!existsSync(home.passwordFile)) {
    writeFileSync(home.passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  if (home.user) chownSync(home.passwordFile, home.user.uid, home.user.gid);
  await run(home, 'initdb', [
    `--pgdata=${temporary}`,
    '--username=postgres',
    `--pwfile=${home.passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
  ]);
  appendFileSync(join(temporary, 'postgresql.conf'), settings);
  renameSync(temporary, home.dataDir);
}

/**
 * Settings for development: loopback only, and no waiting for the disk. With fsync off, a killed server still loses no
 * committed transaction (synchronous_commit = off would lose some); only a crash of the machine can corrupt the data.
 */
const settings = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
fsync = off
full_page_writes = off
max_connections = 500
shared_buffers = 64MB
jit = off
timezone = 'UTC'
log_min_messages = fatal
log_checkpoints = off
`;

/**
 * Starts the server and waits until it is ready.
 *
 * @returns its process id
 * @throws Error when it does not start, or its folder was moved or removed meanwhile: no server is left then
 */
export async function startServer(home: ServerHome): Promise<number> {
  const port = await freePort(home);
  rmSync(home.logFile, { force: true });
  const files = [`--pgdata=${home.dataDir}`, `--log=${home.logFile}`];
  // Clients come as soon as the server is ready, and read the port.
  writeFileSync(home.portFile, String(port));
  const gone = new AbortController();
  const watch = setInterval(() => existsSync(home.dataDir) || gone.abort(), 100);
  try {
    const args = ['start', '--wait', '--timeout=25', ...files, `--options=-p ${port}`];
    await run(home, 'pg_ctl', args, gone.signal);
  } finally {
    clearInterval(watch);
    if (!existsSync(home.dataDir)) await stopStray(home, port);
  }
  const pid = readPostmaster(home)?.pid;
  if (pid === undefined) throw new Error(`${home.dataDir} was moved or removed while its server started.`);
  return pid;
}

/** Stops the server that was started in a folder which is elsewhere now. Its arguments still name the old place. */
async function stopStray({ dataDir }: ServerHome, port: number): Promise<void> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='], { maxBuffer: 2 ** 26 });
  const strays = stdout.split('\n').filter((line) => line.includes(`postgres -D ${dataDir} -p ${port}`));
  await Promise.all(strays.map((line) => stopServer(Number.parseInt(line, 10))));
}

/**
 * Stops a server and waits for its end; open connections are closed. Signals reach a server whose folder was moved or
 * removed, too.
 *
 * @see https://www.postgresql.org/docs/current/server-shutdown.html
 */
export async function stopServer(pid: number): Promise<void> {
  // Fast, immediate, and without asking.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    sendSignal(pid, signal);
    for (const end = Date.now() + 8000; Date.now() < end; await sleep(20)) if (!isRunning(pid)) return;
  }
}

async function run(
  home: ServerHome,
  program: string,
  args: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  const path = join(await serverBinaries(home), program);
  // The server's account may have no access to the caller's working directory.
  await promisify(execFile)(path, args, { ...home.user, cwd: home.dir, env: { LC_ALL: 'C.UTF-8' }, signal });
}

/** @returns a free port; the last one if possible, so that connection strings survive a restart */
async function freePort({ portFile }: ServerHome): Promise<number> {
  const last = existsSync(portFile) ? Number(readFileSync(portFile, 'utf8')) : 0;
  // A server that crashed holds its port until the last of its processes has ended.
  for (const end = Date.now() + 3000; Date.now() < end; await sleep(50)) {
    const free = await listenOnce(last);
    if (free !== undefined) return free;
  }
  return (await listenOnce(0)) as number;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen(port, '127.0.0.1', () => {
      const { port: free } = server.address() as AddressInfo;
      server.close(() => resolve(free));
    });
  });
}
