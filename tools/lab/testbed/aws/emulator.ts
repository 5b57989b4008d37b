import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { pythonEnvironment } from '../python-environment.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** An emulator of AWS on this machine. It forgets everything when it is closed. */
export interface Emulator {
  readonly url: string;
  /** Resolves with the last lines of the log when the emulator ends. */
  readonly ended: Promise<string>;
  close(): void;
}

/** The environment of commands that use the emulator instead of AWS. */
export function emulatorVariables(url: string): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    // Emulated stacks are complete at once, so Serverless need not wait (ms).
    SLS_AWS_MONITORING_FREQUENCY: '100',
  };
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
  const ended = once(child, 'exit').then(() => log);
  await untilReady(url, child, () => log);
  return { url, ended, close: () => child.kill('SIGKILL') };
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
