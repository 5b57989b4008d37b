import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { InvokeResult } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import type { LogEntry } from '../environment/log-entry.ts';
import type { StartEnvironment } from '../environment/start-environment.ts';
import type { ResponseSink } from '../environment/streamed-response.ts';
import { FunctionPool } from './function-pool.ts';
import { newTraceId } from './trace-id.ts';

/** Settings of the local Lambda. */
export interface LambdaOptions {
  readonly startEnvironment: StartEnvironment;
  readonly log: (configuration: FunctionConfiguration, entry: LogEntry) => void;
  /** Concurrency of a function without a reservation. Default: 100. */
  readonly concurrency?: number | undefined;
  /** Milliseconds after which an idle environment is stopped. Default: 300,000. */
  readonly idleTimeoutMs?: number | undefined;
  /** Called when a changed function cannot be initialised, and the version before goes on serving. */
  readonly wentBack?: ((functionName: string) => void) | undefined;
  /** Timeout of the init phase in milliseconds. Default: 10,000. */
  readonly initTimeoutMs?: number | undefined;
}

/** Settings of one invocation. */
export interface InvokeOptions {
  readonly requestId?: string | undefined;
  readonly invokedFunctionArn?: string | undefined;
  /** Default: a new trace id. */
  readonly traceId?: string | undefined;
  readonly tenantId?: string | undefined;
  /** Client context as JSON. */
  readonly clientContext?: string | undefined;
  /** Receiver of a streamed response. Default: it is buffered and becomes the payload. */
  readonly sink?: ResponseSink | undefined;
  /** Called with the log entries of this invocation. */
  readonly log?: ((entry: LogEntry) => void) | undefined;
}

/** The Lambda service: functions by name, each with its pool of environments. */
export class Lambda {
  readonly #options: LambdaOptions;
  readonly #pools = new Map<string, FunctionPool>();
  readonly #listeners = new Map<string, (entry: LogEntry) => void>();

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  get functions(): FunctionConfiguration[] {
    return [...this.#pools.values()].map(({ configuration }) => configuration);
  }

  find(functionName: string): FunctionConfiguration | undefined {
    return this.#pools.get(functionName)?.configuration;
  }

  /** @returns the number of environments of a function */
  environments(functionName: string): number {
    return this.#pools.get(functionName)?.size ?? 0;
  }

  /** Adds a function, or changes its code or settings without losing an invocation. */
  put(configuration: FunctionConfiguration): void {
    const pool = this.#pools.get(configuration.functionName);
    if (pool) pool.replace(configuration);
    else this.#pools.set(configuration.functionName, this.#pool(configuration));
  }

  /** Starts an environment ahead of the first invocation. */
  warm(functionName: string): void {
    this.#pools.get(functionName)?.warm();
  }

  async remove(functionName: string): Promise<void> {
    const pool = this.#pools.get(functionName);
    this.#pools.delete(functionName);
    await pool?.drain();
    await pool?.stop();
  }

  /**
   * Runs a function once.
   *
   * @param event - the event as JSON
   * @returns undefined when there is no such function
   * @throws TooManyRequests when the function already runs as many invocations as it may
   */
  invoke(
    functionName: string,
    event: string,
    { log, requestId = randomUUID(), traceId = newTraceId(), ...invocation }: InvokeOptions = {},
  ): Promise<InvokeResult> | undefined {
    const pool = this.#pools.get(functionName);
    if (!pool) return undefined;
    const result = pool.invoke({ ...invocation, requestId, traceId, event });
    if (!log) return result;
    this.#listeners.set(requestId, log);
    return result.finally(() => this.#listeners.delete(requestId));
  }

  /** Resolves when no invocation runs or waits. */
  async drain(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.drain()));
  }

  /** Ends all environments at once. */
  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
  }

  #pool(configuration: FunctionConfiguration): FunctionPool {
    const { startEnvironment, concurrency = 100, idleTimeoutMs = 300_000, initTimeoutMs } = this.#options;
    return new FunctionPool(configuration, {
      start: (current) =>
        startEnvironment(current, {
          log: (entry) => this.#log(current, entry),
          initTimeoutMs,
        }),
      concurrency: configuration.reservedConcurrency ?? concurrency,
      idleTimeoutMs,
      startsAtOnce: availableParallelism(),
      wentBack: () => this.#options.wentBack?.(configuration.functionName),
    });
  }

  #log(configuration: FunctionConfiguration, entry: LogEntry): void {
    if ('requestId' in entry && entry.requestId) this.#listeners.get(entry.requestId)?.(entry);
    this.#options.log(configuration, entry);
  }
}
