import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
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
import { placeFile } from './place-file.ts';
import { isAtHome, readPostmaster } from './postmaster-file.ts';
import { isRunning, sendSignal } from './process-state.ts';
import { removeFolder } from './remove-folder.ts';
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
  removeFolder(home.dataDir, home.user);
  for (const leftover of readdirSync(home.dir).filter((file) => file.startsWith('initdb-'))) {
    removeFolder(join(home.dir, leftover), home.user);
  }
  // Clients of a server whose data was removed go on with its password.
  if (!existsSync(home.passwordFile)) placeFile(home.passwordFile, randomBytes(24).toString('base64url'));
  const temporary = join(home.dir, `initdb-${process.pid}`);
  mkdirSync(temporary, { mode: 0o700 });
  if (home.user) chownSync(temporary, home.user.uid, home.user.gid);
  const passwordFile = passwordForServer(home);
  await run(home, 'initdb', [
    `--pgdata=${temporary}`,
    '--username=postgres',
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C.UTF-8',
    '--no-sync',
    ...Object.entries(settings).map(([name, value]) => `--set=${name}=${value}`),
  ]);
  if (passwordFile !== home.passwordFile) rmSync(passwordFile);
  renameSync(temporary, home.dataDir);
}

/** @returns a file with the password that the server's account may read */
function passwordForServer({ dir, passwordFile, user }: ServerHome): string {
  if (!user) return passwordFile;
  const copy = join(dir, `initdb-${process.pid}.password`);
  writeFileSync(copy, readFileSync(passwordFile), { flag: 'wx', mode: 0o600 });
  // In a folder of root, nobody can have replaced it.
  chownSync(copy, user.uid, user.gid);
  return copy;
}

/**
 * Settings for development: loopback only, and no waiting for the disk. With fsync off, a killed server still loses no
 * committed transaction (synchronous_commit = off would lose some); only a crash of the machine can corrupt the data.
 */
const settings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  full_page_writes: 'off',
  max_connections: '500',
  shared_buffers: '64MB',
  jit: 'off',
  timezone: 'UTC',
  log_min_messages: 'fatal',
  log_checkpoints: 'off',
};

/**
 * Starts the server and waits until it is ready.
 *
 * @returns its process id
 * @throws Error when it does not start, or its folder was moved or removed meanwhile: no server is left then
 */
export async function startServer(home: ServerHome): Promise<number> {
  const port = await freePort(home);
  // Clients come as soon as the server is ready, and read the port.
  placeFile(home.portFile, String(port));
  const gone = new AbortController();
  const watch = setInterval(() => existsSync(home.dataDir) || gone.abort(), 100);
  try {
    const args = ['start', '--wait', '--timeout=25', `--pgdata=${home.dataDir}`, `--options=-p ${port}`];
    await runLogged(home, 'pg_ctl', args, gone.signal);
  } finally {
    clearInterval(watch);
    if (!existsSync(home.dataDir)) await stopStray(home, port);
  }
  const pid = readPostmaster(home)?.pid;
  if (pid === undefined) throw new Error(`${home.dataDir} was moved or removed while its server started.`);
  return pid;
}

/** Stops the server that was started in a folder which is elsewhere now. Its arguments still name the old place. */
async function stopStray(home: ServerHome, port: number): Promise<void> {
  const { dataDir } = home;
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'pid=,args='], { maxBuffer: 2 ** 26 });
  const strays = stdout.split('\n').filter((line) => line.includes(`postgres -D ${dataDir} -p ${port}`));
  await Promise.all(strays.map((line) => stopServer(home, Number.parseInt(line, 10))));
}

/**
 * Stops a server and waits for its end; open connections are closed. Signals reach a server whose folder was moved or
 * removed, too.
 *
 * @see https://www.postgresql.org/docs/current/server-shutdown.html
 */
export async function stopServer({ user }: Pick<ServerHome, 'user'>, pid: number): Promise<void> {
  // Fast, immediate, and without asking.
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!sendSignal(pid, signal, user)) return;
    for (const end = Date.now() + 8000; Date.now() < end; await sleep(20)) if (!isRunning(pid)) return;
  }
}

async function run(home: ServerHome, program: string, args: readonly string[]): Promise<void> {
  const path = join(await serverBinaries(home), program);
  await promisify(execFile)(path, args, serverProcess(home));
}

/** Runs a program whose output, and that of the server it starts, is the log: only this process opens its file. */
async function runLogged(
  home: ServerHome,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  const path = join(await serverBinaries(home), program);
  rmSync(home.logFile, { force: true });
  const log = openSync(home.logFile, 'wx', 0o600);
  try {
    const child = spawn(path, args, { ...serverProcess(home), stdio: ['ignore', log, log], signal });
    const [code] = await once(child, 'exit');
    if (code !== 0) throw new Error(`${program} has failed: ${readFileSync(home.logFile, 'utf8')}`);
  } finally {
    closeSync(log);
  }
}

function serverProcess({ user, dir }: ServerHome) {
  // The server's account may have no access to the caller's working directory.
  return { ...user, cwd: dir, env: { LC_ALL: 'C.UTF-8' } };
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
