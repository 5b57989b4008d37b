import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../free-port.ts';
import { pythonEnvironment } from '../python-environment.ts';
import { EmulatorControl } from './emulator-control.ts';

const here = dirname(fileURLToPath(import.meta.url));

/** An emulator of AWS on this machine. It forgets everything when it is closed. */
export interface Emulator extends EmulatorControl {
  readonly url: string;
  /** Scale of the time that AWS takes: 1 is as long as AWS, 0 at once. */
  readonly latency: number;
  /** Resolves with the last lines of the log when the emulator ends. */
  readonly ended: Promise<string>;
  close(): void;
}

export interface EmulatorOptions {
  /** Scale of the time that AWS takes, and of its limits on requests; see latencies.json. Default 0: at once, unlimited. */
  readonly latency?: number;
}

/**
 * The environment of commands that use the emulator instead of AWS.
 *
 * @param latency - scale of the time that AWS takes
 */
export function emulatorVariables(url: string, latency = 0): Readonly<Record<string, string>> {
  return {
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: 'emulated',
    AWS_SECRET_ACCESS_KEY: 'emulated',
    // Serverless asks every 5 s how far a stack is; here, as often per time that a stack takes (ms).
    SLS_AWS_MONITORING_FREQUENCY: `${Math.max(100, 5000 * latency)}`,
  };
}

/**
 * Starts the emulator, from a Python environment that it installs the first time.
 *
 * @throws Error when there is no Python 3, or it cannot be installed
 */
export async function startEmulator({ latency = 0 }: EmulatorOptions = {}): Promise<Emulator> {
  const python = join(pythonEnvironment('emulator', join(here, 'requirements.txt')), 'python');
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  // -B: Python would write its bytecode beside the source.
  const child = spawn(python, ['-B', join(here, 'emulator.py'), `${port}`, process.execPath, `${latency}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log = (log + text).slice(-10_000);
  });
  const ended = once(child, 'exit').then(() => log);
  await untilReady(url, child, () => log);
  return Object.assign(new EmulatorControl(url), { latency, ended, close: () => void child.kill('SIGKILL') });
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
