import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { join } from 'node:path';
import { repositoryRoot } from './repository.ts';

/** The command line of a workspace with tools, relative to its root. */
export const nanosProgram = 'tools/nx/bin/nanos.mjs';

/** The message of `nanos start` to its parent process when it serves. */
interface Ready {
  readonly type: 'ready';
  readonly url: string;
  readonly lambdaUrl: string;
  /** Credentials of the Lambda API: key id and secret. */
  readonly accessKey: string;
  /** A token of the local caller; undefined when tokens come from another issuer. */
  readonly token?: string;
  /** The serving process. */
  readonly pid: number;
}

/** `npm start` in a workspace, as a separate process on free ports. Where the process is not the point, use `startApi`. */
export class StartedProcess {
  readonly child: ChildProcess;
  /** Both streams. */
  output = '';
  readonly #events = new EventEmitter<{ changed: [] }>();
  #ready: Ready | undefined;

  /** @param tools - root of the workspace whose tools run. Default: this repository */
  constructor(
    root: string,
    args: readonly string[] = [],
    env: Readonly<Record<string, string>> = {},
    tools = repositoryRoot,
  ) {
    const ports = args.includes('--port') ? [] : ['--port', '0', '--lambda-port', '0'];
    // The variables of the test run are not for it.
    const { FORCE_COLOR, DATABASE_URL, NANO_TOPOLOGY, ...inherited } = process.env;
    this.child = spawn(process.execPath, [join(tools, nanosProgram), 'start', ...ports, ...args], {
      cwd: root,
      env: { ...inherited, NO_COLOR: '1', ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
        this.#events.emit('changed');
      });
    }
    this.child.on('message', (message: Ready) => {
      if (message.type === 'ready') this.#ready = message;
      this.#events.emit('changed');
    });
    this.child.once('close', () => this.#events.emit('changed'));
  }

  /** Resolves when it serves. @throws Error with the output when the process ends before, or it takes too long */
  async ready(): Promise<this> {
    await this.#until(() => this.#ready !== undefined, 'was ready');
    return this;
  }

  get url(): string {
    return this.#told().url;
  }

  get lambdaUrl(): string {
    return this.#told().lambdaUrl;
  }

  get accessKey(): string {
    return this.#told().accessKey;
  }

  /** A token of the local caller; undefined when tokens come from another issuer. */
  get token(): string | undefined {
    return this.#told().token;
  }

  /** The serving process. */
  get servingPid(): number {
    return this.#told().pid;
  }

  /** Resolves when the output matches. @throws Error with the output when the process ends before, or it takes too long */
  says(pattern: RegExp): Promise<void> {
    return this.#until(() => pattern.test(this.output), `said ${pattern}`);
  }

  /** Resolves with the exit code, or the signal, of the process. */
  async ended(): Promise<number | string | null> {
    const { child } = this;
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
    return child.exitCode ?? child.signalCode;
  }

  /** Ends it as Ctrl-C does. */
  interrupt(): Promise<number | string | null> {
    this.child.kill('SIGINT');
    return this.ended();
  }

  #told(): Ready {
    if (!this.#ready) throw new Error('The process is not ready.');
    return this.#ready;
  }

  async #until(isThere: () => boolean, what: string): Promise<void> {
    const signal = AbortSignal.timeout(120_000);
    while (!isThere()) {
      const hasEnded = this.child.exitCode !== null || this.child.signalCode !== null;
      if (hasEnded) throw new Error(`It never ${what}. Its output:\n${this.output}`);
      await once(this.#events, 'changed', { signal }).catch((cause) => {
        throw new Error(`It never ${what}. Its output:\n${this.output}`, { cause });
      });
    }
  }
}
