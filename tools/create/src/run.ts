import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd: string;
  /** Ends the program and all that it has started. */
  readonly signal?: AbortSignal;
}

/**
 * Runs a program without a terminal, and waits for its end.
 *
 * @returns its output
 * @throws Error with the output when the program is missing or fails; the signal's reason when that has ended it
 */
export function run(program: string, args: readonly string[], { cwd, signal }: RunOptions): Promise<string> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    let output = '';
    // A process group of its own can be ended as a whole.
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    const end = () => child.pid && process.kill(-child.pid, 'SIGTERM');
    signal?.addEventListener('abort', end);
    child.once('error', reject);
    child.once('close', (code, by) => {
      signal?.removeEventListener('abort', end);
      if (signal?.aborted) return reject(signal.reason);
      if (code === 0) return resolve(output);
      reject(new Error(`${[program, ...args].join(' ')} ended with ${by ?? code}:\n${output.trim()}`));
    });
  });
}
