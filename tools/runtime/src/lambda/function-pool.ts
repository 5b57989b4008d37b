import type { Environment, Invocation, InvokeResult } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';

/** Settings of a function's pool. */
export interface PoolOptions {
  /** Starts an environment of the function. */
  readonly start: (configuration: FunctionConfiguration) => Environment;
  /** Highest number of running and waiting invocations. Further ones are refused. */
  readonly concurrency: number;
  /** Milliseconds after which an idle environment is stopped. */
  readonly idleTimeoutMs: number;
  /** Highest number of environments in their init phase. */
  readonly startsAtOnce: number;
  /** Called when an environment of a changed configuration fails in its init phase: the one before is used again. */
  readonly wentBack?: (() => void) | undefined;
}

/** A function already runs as many invocations as it may. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
}

interface Waiting {
  readonly invocation: Invocation;
  readonly resolve: (result: Promise<InvokeResult>) => void;
}

interface Idle {
  readonly environment: Environment;
  readonly since: number;
}

/**
 * The environments of one function. An invocation takes the idle environment that was used last. If all are busy, a new one
 * is started, and the first that is free takes the invocation. A failed environment is replaced on demand.
 */
export class FunctionPool {
  #configuration: FunctionConfiguration;
  /** The configuration before, until an environment of the present one has been initialised. */
  #before: FunctionConfiguration | undefined;
  readonly #options: PoolOptions;
  readonly #all = new Set<Environment>();
  readonly #waiting: Waiting[] = [];
  /** Idle environments, the last used one last. */
  #idle: Idle[] = [];
  #starting = 0;
  #running = 0;
  #reaper: NodeJS.Timeout | undefined;
  #drained: (() => void) | undefined;

  constructor(configuration: FunctionConfiguration, options: PoolOptions) {
    this.#configuration = configuration;
    this.#options = options;
  }

  get configuration(): FunctionConfiguration {
    return this.#configuration;
  }

  /** Number of environments. */
  get size(): number {
    return this.#all.size;
  }

  /**
   * Runs one invocation.
   *
   * @throws TooManyRequests when the function already runs as many invocations as it may
   */
  invoke(invocation: Invocation): Promise<InvokeResult> {
    if (this.#running + this.#waiting.length >= this.#options.concurrency) {
      return Promise.reject(new TooManyRequests());
    }
    const idle = this.#takeIdle();
    if (idle) return this.#run(idle, invocation);
    return new Promise((resolve) => {
      this.#waiting.push({ invocation, resolve });
      this.#startForWaiting();
    });
  }

  /**
   * Changes code or settings: running invocations end on the old version, all others get the new one. If the function was
   * in use, one environment is started ahead. If the new version fails in its init phase, the old one goes on serving.
   */
  replace(configuration: FunctionConfiguration): void {
    const wasUsed = this.#all.size > 0;
    this.#before ??= this.#configuration;
    this.#configuration = configuration;
    for (const { environment } of this.#idle.splice(0)) void this.#discard(environment);
    if (wasUsed) this.warm();
  }

  /** Starts an environment, ahead of the invocation that needs it. */
  warm(): void {
    const environment = this.#options.start(this.#configuration);
    this.#all.add(environment);
    this.#starting++;
    void environment.initialised().then((usable) => {
      this.#starting--;
      if (environment.configuration === this.#configuration) this.#prove(usable);
      // A failed environment has an error for a waiting invocation.
      this.#free(environment, usable || this.#waiting.length > 0);
    });
  }

  /** @param usable - whether an environment of the present configuration has been initialised */
  #prove(usable: boolean): void {
    if (!usable && this.#before) {
      this.#configuration = this.#before;
      this.#options.wentBack?.();
    }
    this.#before = undefined;
  }

  /** Resolves when no invocation runs or waits. */
  drain(): Promise<void> {
    if (this.#running + this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** Ends all environments at once. */
  async stop(): Promise<void> {
    clearTimeout(this.#reaper);
    this.#before = undefined;
    this.#idle = [];
    for (const { resolve } of this.#waiting.splice(0)) {
      resolve(Promise.reject(new Error(`${this.#configuration.functionName} was stopped.`)));
    }
    await Promise.all([...this.#all].map((environment) => this.#discard(environment)));
  }

  #takeIdle(): Environment | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.environment.stopped) return idle.environment;
      // Killed by another program.
      this.#all.delete(idle.environment);
    }
    return undefined;
  }

  #startForWaiting(): void {
    while (this.#starting < Math.min(this.#waiting.length, this.#options.startsAtOnce)) this.warm();
  }

  async #run(environment: Environment, invocation: Invocation): Promise<InvokeResult> {
    this.#running++;
    try {
      return await environment.invoke(invocation);
    } finally {
      this.#running--;
      this.#free(environment, !environment.stopped);
    }
  }

  /** Gives a usable environment to the next waiting invocation. */
  #free(environment: Environment, usable: boolean): void {
    const next = this.#waiting[0];
    if (!usable || environment.configuration !== this.#configuration) {
      void this.#discard(environment);
      this.#startForWaiting();
    } else if (next) {
      this.#give(environment, next);
    } else {
      this.#rest(environment);
    }
    if (this.#running + this.#waiting.length === 0) this.#drained?.();
  }

  #give(environment: Environment, { invocation, resolve }: Waiting): void {
    this.#waiting.shift();
    resolve(this.#run(environment, invocation));
  }

  #rest(environment: Environment): void {
    this.#idle.push({ environment, since: performance.now() });
    this.#reaper ??= this.#reapIn(this.#options.idleTimeoutMs);
  }

  #reapIn(ms: number): NodeJS.Timeout {
    return setTimeout(() => this.#reap(), ms).unref();
  }

  /** Stops environments that have been idle for too long. The list starts with the longest idle. */
  #reap(): void {
    const { idleTimeoutMs } = this.#options;
    const idleBefore = performance.now() - idleTimeoutMs;
    const kept = this.#idle.findIndex(({ since }) => since > idleBefore);
    const reaped = this.#idle.splice(0, kept === -1 ? this.#idle.length : kept);
    for (const { environment } of reaped) void this.#discard(environment);
    const [oldest] = this.#idle;
    this.#reaper = oldest && this.#reapIn(oldest.since - idleBefore);
  }

  async #discard(environment: Environment): Promise<void> {
    await environment.stop();
    this.#all.delete(environment);
  }
}
