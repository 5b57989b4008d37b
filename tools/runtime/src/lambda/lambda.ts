import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import type { InvocationResult } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import type { LogEntry } from '../environment/log-entry.ts';
import type { Isolation } from '../environment/sandbox.ts';
import type { StartEnvironment } from '../environment/start-environment.ts';
import { FunctionPool } from './function-pool.ts';

/** A function as the local Lambda runs it. */
export interface LambdaFunction extends FunctionConfiguration {
  readonly isolation: Isolation;
  /** How many invocations may run at once. Default: see {@link LambdaOptions}. */
  readonly reservedConcurrency?: number | undefined;
}

export interface LambdaOptions {
  readonly startEnvironment: StartEnvironment;
  readonly log: (configuration: FunctionConfiguration, entry: LogEntry) => void;
  /** The concurrency of a function that has none reserved. Default 100. */
  readonly concurrency?: number | undefined;
  /** Default: 5 minutes. */
  readonly idleTimeoutMs?: number | undefined;
  readonly initTimeoutMs?: number | undefined;
}

export interface InvokeOptions {
  readonly requestId?: string;
  readonly invokedFunctionArn?: string | undefined;
  readonly traceId?: string | undefined;
  /** As JSON. */
  readonly clientContext?: string | undefined;
  /** Called with what is logged for this invocation. */
  readonly log?: (entry: LogEntry) => void;
}

/** The Lambda service: functions by name, each with its pool of environments. */
export class Lambda {
  readonly #options: LambdaOptions;
  readonly #pools = new Map<string, FunctionPool>();
  readonly #listeners = new Map<string, (entry: LogEntry) => void>();

  constructor(options: LambdaOptions) {
    this.#options = options;
  }

  get functions(): LambdaFunction[] {
    return [...this.#pools.values()].map(({ configuration }) => configuration as LambdaFunction);
  }

  find(functionName: string): LambdaFunction | undefined {
    return this.#pools.get(functionName)?.configuration as LambdaFunction | undefined;
  }

  /** How many environments a function has. */
  environments(functionName: string): number {
    return this.#pools.get(functionName)?.size ?? 0;
  }

  /** Adds a function, or goes on with other code or settings of it without losing an invocation. */
  put(configuration: LambdaFunction): void {
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
   * @param event - as JSON
   * @returns undefined when there is no such function; rejected with TooManyRequests when it runs too often already
   */
  invoke(
    functionName: string,
    event: string,
    { log, requestId = randomUUID(), ...invocation }: InvokeOptions = {},
  ): Promise<InvocationResult> | undefined {
    const pool = this.#pools.get(functionName);
    if (!pool) return undefined;
    const result = pool.invoke({ ...invocation, requestId, event });
    if (!log) return result;
    this.#listeners.set(requestId, log);
    return result.finally(() => this.#listeners.delete(requestId));
  }

  /** Resolves when nothing runs any more. */
  async drain(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.drain()));
  }

  /** Ends all environments, whatever they are doing. */
  async stop(): Promise<void> {
    await Promise.all([...this.#pools.values()].map((pool) => pool.stop()));
  }

  #pool(configuration: LambdaFunction): FunctionPool {
    const { startEnvironment, concurrency = 100, idleTimeoutMs = 300_000, initTimeoutMs } = this.#options;
    return new FunctionPool(configuration, {
      start: (current) =>
        startEnvironment(current, (current as LambdaFunction).isolation, {
          log: (entry) => this.#log(current, entry),
          initTimeoutMs,
        }),
      concurrency: configuration.reservedConcurrency ?? concurrency,
      idleTimeoutMs,
      startsAtOnce: availableParallelism(),
    });
  }

  #log(configuration: FunctionConfiguration, entry: LogEntry): void {
    if ('requestId' in entry && entry.requestId) this.#listeners.get(entry.requestId)?.(entry);
    this.#options.log(configuration, entry);
  }
}
