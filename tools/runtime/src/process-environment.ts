import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Duplex, Readable } from 'node:stream';
import type {
  Environment,
  FunctionConfiguration,
  FunctionError,
  InvocationRequest,
  InvocationResult,
} from './environment.ts';
import { readFrames, writeFrame } from './frames.ts';
import { lambdaVariables } from './lambda-variables.ts';
import type { EnvironmentMessage } from './messages.ts';

/** The init phase of Lambda ends after 10 seconds. */
const initTimeoutMs = 10_000;
const memoryPollMs = 50;

/** Called with what a function prints, as it comes. */
export type LogSink = (chunk: Buffer) => void;

/**
 * An environment that is a process of its own: it has its own memory limit, and can hang or crash without harm to
 * others. Starts at once; the first invocation waits for the init phase.
 */
export class ProcessEnvironment implements Environment {
  readonly #configuration: FunctionConfiguration;
  readonly #child: ChildProcess;
  readonly #channel: Duplex;
  /** The init phase: its duration in milliseconds, or why it failed. */
  readonly #init: Promise<number | FunctionError>;
  /** Told with the first result only. */
  #initDurationMs: number | undefined;
  #settle: ((message: EnvironmentMessage | FunctionError) => void) | undefined;
  #memoryWatch: NodeJS.Timeout | undefined;
  #invoked = false;
  #peakMemoryMb = 0;
  stopped = false;

  /** @param bootstrap - see bootstrapFile() */
  constructor(configuration: FunctionConfiguration, bootstrap: string, log: LogSink) {
    this.#configuration = configuration;
    this.#child = spawnEnvironment(configuration, bootstrap);
    this.#child.stdout?.on('data', log);
    this.#child.stderr?.on('data', log);
    this.#channel = this.#child.stdio[3] as Duplex;
    this.#channel.on('error', () => {});
    readFrames(this.#channel, (message: EnvironmentMessage) => this.#settle?.(message));
    // 'close', not 'exit': everything the process has written must have been read.
    this.#child.once('close', (code, signal) => {
      this.stopped = true;
      clearInterval(this.#memoryWatch);
      this.#settle?.(exitError(code, signal));
    });
    this.#init = this.#answer(initTimeoutMs, initTimeoutMs / 1000).then((answer) => {
      if (!('type' in answer)) return answer;
      if (answer.type === 'ready') return answer.initDurationMs;
      return answer.type === 'error' ? answer.error : unexpectedAnswer;
    });
  }

  async invoke({ requestId, event }: InvocationRequest): Promise<InvocationResult> {
    const init = await this.#init;
    if (typeof init !== 'number') {
      await this.stop();
      return this.#failure(init, 0, requestId);
    }
    if (!this.#invoked) this.#initDurationMs = init;
    this.#invoked = true;
    const { timeout } = this.#configuration;
    const startedAt = performance.now();
    const answer = this.#answer(timeout * 1000, timeout);
    if (!this.stopped)
      writeFrame(this.#channel, { requestId, event, deadlineMs: Date.now() + timeout * 1000 });
    const message = await answer;
    const durationMs = performance.now() - startedAt;
    if (!('type' in message)) return this.#failure(message, durationMs, requestId);
    if (message.type === 'ready') return this.#failure(unexpectedAnswer, durationMs, requestId);
    this.#peakMemoryMb = Math.max(this.#peakMemoryMb, message.maxRssKb / 1024);
    if (message.type === 'error') return this.#failure(message.error, durationMs, requestId);
    return { status: 'success', payload: JSON.parse(message.payload), ...this.#measures(durationMs) };
  }

  /** Ends the process, whatever it is doing. Lambda gives a function no notice either. */
  async stop(): Promise<void> {
    if (this.stopped) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGKILL');
    await closed;
  }

  /** The next message, or the error that came instead of it: the process ended, took too long or too much memory. */
  #answer(timeoutMs: number, timeout: number): Promise<EnvironmentMessage | FunctionError> {
    if (this.stopped) return Promise.resolve(exitError(null, null));
    return new Promise((resolve) => {
      const settle = (answer: EnvironmentMessage | FunctionError) => {
        clearTimeout(timer);
        clearInterval(this.#memoryWatch);
        this.#settle = undefined;
        resolve(answer);
      };
      const kill = (error: FunctionError) => {
        // First the end of the process, so that nothing of it runs when its caller has the answer.
        this.#settle = undefined;
        void this.stop().then(() => settle(error));
      };
      const timer = setTimeout(
        () =>
          kill({
            errorType: 'Sandbox.Timedout',
            errorMessage: `Task timed out after ${timeout.toFixed(2)} seconds`,
          }),
        timeoutMs,
      );
      this.#memoryWatch = setInterval(() => this.#checkMemory(kill), memoryPollMs);
      this.#settle = settle;
    });
  }

  /** Lambda limits the whole process, not only V8's heap. Without /proc (macOS), the heap's limit must do. */
  #checkMemory(kill: (error: FunctionError) => void): void {
    const usedMb = residentMb(this.#child.pid);
    this.#peakMemoryMb = Math.max(this.#peakMemoryMb, usedMb);
    if (usedMb > this.#configuration.memorySize) {
      kill({
        errorType: 'Runtime.OutOfMemory',
        errorMessage: 'Error: Runtime exited with error: signal: killed',
      });
    }
  }

  #failure(error: FunctionError, durationMs: number, requestId: string): InvocationResult {
    // What the platform says, not the function, names the request it says it of.
    const byPlatform = error.trace === undefined;
    const errorMessage = byPlatform ? `RequestId: ${requestId} ${error.errorMessage}` : error.errorMessage;
    return { status: 'error', error: { ...error, errorMessage }, ...this.#measures(durationMs) };
  }

  #measures(durationMs: number): Pick<InvocationResult, 'durationMs' | 'initDurationMs' | 'maxMemoryUsedMb'> {
    const initDurationMs = this.#initDurationMs;
    this.#initDurationMs = undefined;
    const maxMemoryUsedMb = Math.ceil(this.#peakMemoryMb);
    return { durationMs, maxMemoryUsedMb, ...(initDurationMs !== undefined && { initDurationMs }) };
  }
}

const unexpectedAnswer: FunctionError = {
  errorType: 'Runtime.InvalidResponse',
  errorMessage: 'Error: the environment answered out of turn',
};

function spawnEnvironment(
  configuration: FunctionConfiguration,
  bootstrap: string,
): ChildProcess & { stdout: Readable; stderr: Readable } {
  const { memorySize, bundle } = configuration;
  const child = spawn(
    process.execPath,
    // The shares of its memory that Lambda gives to V8's generations.
    [
      `--max-old-space-size=${Math.floor(memorySize * 0.9)}`,
      `--max-semi-space-size=${Math.max(1, Math.floor(memorySize * 0.05))}`,
      bootstrap,
    ],
    {
      cwd: dirname(bundle),
      env: { ...lambdaVariables(configuration), NANOSERVICES_BUNDLE: bundle },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    },
  );
  return child as ChildProcess & { stdout: Readable; stderr: Readable };
}

function exitError(code: number | null, signal: NodeJS.Signals | null): FunctionError {
  const reason = signal ? `signal: ${signalNames[signal] ?? signal}` : `exit status ${code}`;
  const errorMessage =
    code === 0 ? 'Runtime exited without providing a reason' : `Runtime exited with error: ${reason}`;
  return { errorType: 'Runtime.ExitError', errorMessage: `Error: ${errorMessage}` };
}

/** Signals by the names that Lambda, written in Go, calls them. */
const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: 'aborted',
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

function residentMb(pid: number | undefined): number {
  try {
    const kb = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kb ?? 0) / 1024;
  } catch {
    return 0;
  }
}
