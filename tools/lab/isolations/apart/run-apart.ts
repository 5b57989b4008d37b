import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** What runs in a process of its own: a module with a function `measure`, from and to what JSON can say. */
export interface Measurement {
  measure(input: never): Promise<unknown>;
}

/** What the parent tells the process. */
export interface Assignment {
  /** URL of the module. */
  readonly module: string;
  readonly input: unknown;
}

/** What it answers. */
export type Outcome = { readonly result: unknown } | { readonly error: string };

/** The process ended before it had an answer. */
export class Ended extends Error {
  override readonly name = 'Ended';
  /** A signal, or `exit status 1`. */
  readonly reason: string;

  constructor(module: URL, reason: string, said: string) {
    super(`${module.pathname} ended before it had measured anything: ${reason}.\n${said}`);
    this.reason = reason;
  }
}

/** How much of what the process said is told, in characters. */
const lastWords = 2000;
const program = fileURLToPath(new URL('apart-program.ts', import.meta.url));

/**
 * Runs `measure` of a module in a fresh process, so that no measurement finds the memory, the hot code or the damage of
 * another one. What it prints is told only when it
 * ends.
 *
 * @param timeoutMs - when the process is killed; by default never
 * @throws Ended when the process ends instead of answering
 * @throws Error with the stack of what `measure` threw
 */
export async function runApart<M extends Measurement>(
  module: URL,
  input: Parameters<M['measure']>[0],
  { timeoutMs }: { readonly timeoutMs?: number } = {},
): Promise<Awaited<ReturnType<M['measure']>>> {
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = `${said}${text}`.slice(-lastWords);
  });
  const timer = timeoutMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  const exited = new Promise((resolve) => child.once('exit', resolve));
  try {
    child.send({ module: module.href, input } satisfies Assignment);
    const outcome = await new Promise<Outcome>((resolve, reject) => {
      child.once('message', (message) => resolve(message as Outcome));
      child.once('error', reject);
      child.once('exit', (code, signal) => reject(new Ended(module, signal ?? `exit status ${code}`, said)));
    });
    if ('error' in outcome) throw new Error(outcome.error);
    return outcome.result as Awaited<ReturnType<M['measure']>>;
  } finally {
    clearTimeout(timer);
    child.kill('SIGKILL');
    // What is measured next shall have the machine to itself.
    await exited;
  }
}
