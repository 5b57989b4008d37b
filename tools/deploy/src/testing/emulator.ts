import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
const venv = join(here, '../../../../node_modules/.cache/deploy/emulator');
const requirements = join(here, 'requirements.txt');

/** An emulator of AWS on this machine. It forgets everything when it is closed. */
export interface Emulator {
  readonly url: string;
  close(): void;
}

/**
 * Starts the emulator, from a Python environment that it installs the first time.
 *
 * @throws Error when there is no Python 3, or it cannot be installed
 */
export async function startEmulator(): Promise<Emulator> {
  const python = installed();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const child = spawn(python, [join(here, 'emulator.py'), `${port}`, process.execPath], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  await untilReady(url, child, () => log);
  return { url, close: () => child.kill('SIGKILL') };
}

/** @returns the environment's Python */
function installed(): string {
  const python = join(venv, 'bin/python');
  const mark = join(venv, 'installed');
  const wanted = createHash('sha256').update(readFileSync(requirements)).digest('hex');
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return python;
  rmSync(venv, { recursive: true, force: true });
  execFileSync('python3', ['-m', 'venv', venv]);
  execFileSync(
    python,
    ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', requirements],
    {
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  writeFileSync(mark, wanted);
  return python;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`The emulator ended:\n${log()}`);
    const answer = await fetch(`${url}/moto-api/`).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(100);
  }
  throw new Error(`The emulator did not start:\n${log()}`);
}
