import { closeSync, existsSync, fstatSync, mkdtempSync, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { constants, getPriority, setPriority, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { Worker } from 'node:worker_threads';

/** An operation of code on its surroundings. */
export interface Probe {
  /** Runs it. The result is handed to `observe`. */
  change(): unknown;
  /** Looks for the change. Without it, only success or failure is known. */
  observe?(token: never): unknown;
  /** Set if it may end its process, so that nothing else is tried there. */
  readonly alone?: true;
}

const probe = <Token>(
  change: () => Token | Promise<Token>,
  observe: (token: Token) => boolean | Promise<boolean>,
): Probe => ({ change, observe });

const alone = (probe: Probe): Probe => ({ ...probe, alone: true });

export const probes = {
  'a global variable': probe(
    () => Object.assign(globalThis, { probed: true }) && true,
    () => 'probed' in globalThis,
  ),
  'a built-in prototype': probe(
    () => Object.assign(Array.prototype, { probed: true }) && true,
    () => 'probed' in [],
  ),
  'process.env': probe(
    () => {
      process.env.PROBED = 'yes';
    },
    () => process.env.PROBED === 'yes',
  ),
  'process.env.TZ': probe(
    () => {
      process.env.TZ = 'Pacific/Chatham';
    },
    // 12:45 hours ahead: no other place has its minutes.
    () => new Date(0).getMinutes() === 45,
  ),
  'process.title': probe(
    () => {
      process.title = 'probed';
    },
    () => process.title === 'probed',
  ),
  'process.chdir': probe(
    () => process.chdir(mkdtempSync(join(tmpdir(), 'probe-'))),
    () => process.cwd().includes('/probe-'),
  ),
  'process.umask': probe(
    () => process.umask(0o037),
    () => process.umask() === 0o037,
  ),
  'process.setgid': { change: () => process.setgid?.(process.getgid?.() ?? 0) },
  'os.setPriority': probe(
    () => setPriority(process.pid, constants.priority.PRIORITY_BELOW_NORMAL),
    () => getPriority(process.pid) === constants.priority.PRIORITY_BELOW_NORMAL,
  ),
  'process.pid as an identity': probe(
    () => process.pid,
    (pid) => process.pid === pid,
  ),
  'an uncaughtException handler': probe(
    () =>
      process.on(
        'uncaughtException',
        Object.assign(() => {}, { probed: true }),
      ) && true,
    () => process.listeners('uncaughtException').some((listener) => 'probed' in listener),
  ),
  'a flag of V8': probe(
    () => setFlagsFromString('--allow-natives-syntax'),
    () => parses('return %IsSmi(1)'),
  ),
  'a lock of navigator.locks': probe(
    () => {
      void navigator.locks.request('probed', () => new Promise(() => {}));
    },
    async () => (await navigator.locks.query()).held?.some(({ name }) => name === 'probed') ?? false,
  ),
  'an open file': probe(
    () => {
      const descriptor = openSync(join(mkdtempSync(join(tmpdir(), 'probe-')), 'file'), 'w');
      return { descriptor, inode: fstatSync(descriptor).ino };
    },
    ({ descriptor, inode }) => inodeOf(descriptor) === inode,
  ),
  // The next file that is opened gets its number, which libuv does not survive.
  'closing standard input': alone(
    probe(
      () => closeSync(0),
      () => inodeOf(0) === undefined,
    ),
  ),
  'a file in /tmp': probe(
    () => mkdtempSync(join(tmpdir(), 'probe-')),
    (path) => existsSync(path),
  ),
  'a TCP port': probe(
    async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await new Promise((resolve) => server.once('listening', resolve));
      return (server.address() as { port: number }).port;
    },
    (port) =>
      new Promise<boolean>((resolve) => {
        const server = createServer().once('error', () => resolve(true));
        server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
      }),
  ),
  'a worker thread of its own': {
    change: async () => {
      const worker = new Worker('require("node:worker_threads").parentPort.postMessage(1)', { eval: true });
      await new Promise((resolve) => worker.once('message', resolve));
    },
  },
  'a native addon (Node-API)': probe(
    () => {
      const addon = process.env.PROBE_ADDON as string;
      createRequire(import.meta.url)(addon);
      return addon;
    },
    (addon) => loadedLibraries().includes(addon),
  ),
  'a signal with a handler (SIGUSR2)': alone(
    probe(
      () => process.on('SIGUSR2', () => Object.assign(globalThis, { signalled: true })) && true,
      async () => {
        // It would end a process that has no handler.
        if (process.listenerCount('SIGUSR2') === 0) return false;
        process.kill(process.pid, 'SIGUSR2');
        await sleep(100);
        return 'signalled' in globalThis;
      },
    ),
  ),
  'process.exit': alone({ change: () => process.exit(7) }),
  'process.abort': alone({ change: () => process.abort() }),
  'process.kill(process.pid)': alone({ change: () => process.kill(process.pid, 'SIGKILL') && sleep(1000) }),
} satisfies Record<string, Probe>;

export type ProbeName = keyof typeof probes;

function inodeOf(descriptor: number): number | undefined {
  try {
    return fstatSync(descriptor).ino;
  } catch {
    return undefined;
  }
}

function parses(source: string): boolean {
  try {
    return Boolean(new Function(source));
  } catch {
    return false;
  }
}

function loadedLibraries(): string[] {
  return (process.report.getReport() as { sharedObjects: string[] }).sharedObjects;
}
