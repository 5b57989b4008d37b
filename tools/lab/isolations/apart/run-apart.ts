import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** A module that runs in a separate process: its function `measure` takes and gives JSON. */
export interface Measurement {
  measure(input: never): Promise<unknown>;
}

/** The message of the parent to the process. */
export interface Assignment {
  /** URL of the module. */
  readonly module: string;
  readonly input: unknown;
}

/** The message of the process to the parent. */
export type Outcome = { readonly result: unknown } | { readonly error: string };

/** The process ended before it sent an outcome. */
export class Ended extends Error {
  override readonly name = 'Ended';
  /** A signal, or `exit status 1`. */
  readonly reason: string;

  constructor(module: URL, reason: string, output: string) {
    super(`${module} ended before it had measured anything: ${reason}.\n${output}`);
    this.reason = reason;
  }
}

/** Characters of the process's output that an error quotes. */
const outputLimit = 2000;
const program = fileURLToPath(new URL('apart-program.ts', import.meta.url));

/**
 * Runs `measure` of a module in a fresh process, so that no measurement finds the memory, the hot code or the damage of
 * another one.
 *
 * @param timeoutMs - the time after which the process is killed; by default unlimited
 * @throws Ended with the output of the process, when it ends without an outcome
 * @throws Error with the stack of the error in `measure`
 */
export async function runApart<M extends Measurement>(
  module: URL,
  input: Parameters<M['measure']>[0],
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): Promise<Awaited<ReturnType<M['measure']>>> {
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let output = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    output = `${output}${text}`.slice(-outputLimit);
  });
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    child.send({ module: module.href, input } satisfies Assignment);
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Outcome));
      child.once('error', reject);
      child.once('exit', (code, signal) =>
        reject(new Ended(module, signal ?? `exit status ${code}`, output)),
      );
    });
    if ('error' in outcome) throw new Error(outcome.error);
    return outcome.result as Awaited<ReturnType<M['measure']>>;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    // The next measurement has the machine to itself.
    await exited;
  }
}
