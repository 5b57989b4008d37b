import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { pythonEnvironment } from '../python-environment.ts';

const here = dirname(fileURLToPath(import.meta.url));

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
  const python = join(pythonEnvironment('emulator', join(here, 'requirements.txt')), 'python');
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

async function untilReady(url: string, child: ChildProcess, log: () => string): Promise<void> {
  for (let attempt = 0; attempt < 300; attempt++) {
    if (child.exitCode !== null) throw new Error(`The emulator ended:\n${log()}`);
    const response = await fetch(`${url}/moto-api/`).catch(() => undefined);
    if (response?.ok) return;
    await sleep(100);
  }
  throw new Error(`The emulator did not start:\n${log()}`);
}
