import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { lambdaLanguage } from '../environment/lambda-variables.ts';
import type { HostCommand, HostConfiguration, HostEvent } from './host-messages.ts';

const program = fileURLToPath(new URL('host.ts', import.meta.url));

/** Receiver of news from the serving process. */
export interface HostListener {
  /** Called when the process has died and is being restarted. */
  crashed(reason: string, restarted: Promise<Addresses>): void;
  report?(event: Extract<HostEvent, { type: 'report' }>): void;
}

/** The ports of the serving process. */
export interface Addresses {
  readonly port: number;
  readonly lambdaPort: number;
}

/**
 * The serving process, seen by its parent. If it dies, by a native crash in a thread or a signal from outside, it is
 * restarted at the same addresses with the same configuration.
 */
export class HostProcess {
  readonly #listener: HostListener;
  #child: ChildProcess | undefined;
  #configuration: HostConfiguration;
  #listening = false;
  #stopping = false;

  constructor(configuration: HostConfiguration, listener: HostListener) {
    this.#configuration = configuration;
    this.#listener = listener;
  }

  /**
   * Starts the process and waits until it listens.
   *
   * @throws Error when it cannot, with the reason and the way out
   */
  start(): Promise<Addresses> {
    const child = fork(program, {
      // A process group of the process and its environments: Ctrl-C reaches the parent only, and all can be killed at once.
      detached: true,
      execArgv: [],
      // Threads share the language of their process, which takes it at its start. LC_ALL wins over all others.
      env: { ...process.env, LC_ALL: lambdaLanguage },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    this.#child = child;
    this.#listening = false;
    child.send({ type: 'start', configuration: this.#configuration } satisfies HostCommand);
    const { promise, resolve, reject } = Promise.withResolvers<Addresses>();
    child.on('message', (event: HostEvent) => {
      if (event.type === 'failed') return reject(new Error(event.message));
      if (event.type === 'report') return this.#listener.report?.(event);
      const { port, lambdaPort } = event;
      this.#listening = true;
      // A restarted process listens on the same ports.
      this.#configuration = { ...this.#configuration, port, lambdaPort };
      resolve({ port, lambdaPort });
    });
    child.once('exit', (code, signal) => {
      killGroup(child);
      const reason = signal ?? `exit status ${code}`;
      reject(new Error(`The serving process ended at its start: ${reason}.`));
      if (this.#listening && !this.#stopping) this.#listener.crashed(reason, this.start());
    });
    return promise;
  }

  /** Sends a change, and keeps it for a restart. */
  send(command: Exclude<HostCommand, { type: 'start' | 'stop' }>): void {
    this.#configuration = changed(this.#configuration, command);
    // A process that has just ended is restarted with the configuration.
    if (this.#child?.connected) this.#child.send(command, () => {});
  }

  /** Process id; undefined before the start. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  get configuration(): HostConfiguration {
    return this.#configuration;
  }

  /** Waits for running requests and the end of all processes. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = new Promise((resolve) => child.once('exit', resolve));
    // Before it listens there are no requests to wait for.
    if (!this.#listening) killGroup(child);
    // It may be ending already.
    else if (child.connected) child.send({ type: 'stop' } satisfies HostCommand, () => {});
    await exited;
  }

  /** Ends all processes at once. */
  kill(): void {
    this.#stopping = true;
    if (this.#child) killGroup(this.#child);
  }
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid) process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended.
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
