import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { HostCommand, HostConfiguration, HostEvent } from './host-messages.ts';

const program = fileURLToPath(new URL('host.ts', import.meta.url));

export interface Addresses {
  readonly port: number;
  readonly lambdaPort: number;
}

/**
 * The process that serves, as its parent sees it. When it dies, which only a native crash in a thread or somebody from
 * outside can make it do, it is started again at the same addresses with everything it knew.
 */
export class HostProcess {
  readonly #crashed: (reason: string, restarted: Promise<Addresses>) => void;
  #child: ChildProcess | undefined;
  #configuration: HostConfiguration;
  #stopping = false;

  /** @param crashed - called when the process has died and is being started again */
  constructor(
    configuration: HostConfiguration,
    crashed: (reason: string, restarted: Promise<Addresses>) => void,
  ) {
    this.#configuration = configuration;
    this.#crashed = crashed;
  }

  /**
   * Starts the process and waits until it listens.
   *
   * @throws Error when it cannot, with the reason and the way out
   */
  start(): Promise<Addresses> {
    const child = fork(program, {
      // In a group of its own with its environments: Ctrl-C reaches only us, and whatever is left can be ended at once.
      detached: true,
      execArgv: [],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    child.send({ type: 'start', configuration: this.#configuration } satisfies HostCommand);
    const { promise, resolve, reject } = Promise.withResolvers<Addresses>();
    let listening = false;
    child.on('message', (event: HostEvent) => {
      if (event.type === 'failed') return reject(new Error(event.message));
      const { port, lambdaPort } = event;
      listening = true;
      // After a crash it comes back where it was.
      this.#configuration = { ...this.#configuration, port, lambdaPort };
      resolve({ port, lambdaPort });
    });
    child.once('exit', (code, signal) => {
      killGroup(child);
      const reason = signal ?? `exit status ${code}`;
      reject(new Error(`The serving process ended at its start: ${reason}.`));
      if (listening && !this.#stopping) this.#crashed(reason, this.start());
    });
    return promise;
  }

  /** Tells of a change, and remembers it for a restart. */
  send(command: Exclude<HostCommand, { type: 'start' | 'stop' }>): void {
    this.#configuration = changed(this.#configuration, command);
    this.#child?.send(command);
  }

  get configuration(): HostConfiguration {
    return this.#configuration;
  }

  /** Resolves when requests have ended and nothing is left. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    child.send({ type: 'stop' } satisfies HostCommand);
    await exited;
  }

  /** Ends everything at once. */
  kill(): void {
    this.#stopping = true;
    if (this.#child) killGroup(this.#child);
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left.
  }
}

function changed(
  configuration: HostConfiguration,
  command: Exclude<HostCommand, { type: 'start' | 'stop' }>,
): HostConfiguration {
  if (command.type === 'routes') {
    const { type: _, ...api } = command;
    return { ...configuration, ...api };
  }
  const name = command.type === 'put' ? command.function.functionName : command.functionName;
  const others = configuration.functions.filter(({ functionName }) => functionName !== name);
  return { ...configuration, functions: command.type === 'put' ? [...others, command.function] : others };
}
