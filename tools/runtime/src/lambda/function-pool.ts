import type { Environment, Invocation, InvocationResult } from '../environment/environment.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';

export interface PoolOptions {
  /** Starts an environment of the function. */
  readonly start: (configuration: FunctionConfiguration) => Environment;
  /** How many invocations may run or wait at once; one more is refused. */
  readonly concurrency: number;
  /** Milliseconds after which an environment without work is stopped. */
  readonly idleTimeoutMs: number;
  /** How many environments may be in their init phase at once. */
  readonly startsAtOnce: number;
}

/** All environments of the function are busy, and it may have no more. */
export class TooManyRequests extends Error {
  override readonly name = 'TooManyRequests';
}

interface Waiting {
  readonly invocation: Invocation;
  readonly resolve: (result: Promise<InvocationResult>) => void;
}

interface Idle {
  readonly environment: Environment;
  readonly since: number;
}

/**
 * The environments of one function. An invocation takes the one that was used last; when all are busy, another one is
 * started, and whichever is free first takes the invocation. An environment that failed is replaced when it is needed.
 */
export class FunctionPool {
  #configuration: FunctionConfiguration;
  readonly #options: PoolOptions;
  readonly #all = new Set<Environment>();
  readonly #waiting: Waiting[] = [];
  /** Used last, last. */
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

  /** How many environments there are. */
  get size(): number {
    return this.#all.size;
  }

  /**
   * Runs one invocation.
   *
   * @returns rejected with TooManyRequests when as many are under way as the function may have at once
   */
  invoke(invocation: Invocation): Promise<InvocationResult> {
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
   * Goes on with other code or settings: what runs is finished as it was, everything else gets the new version. One
   * environment is started ahead when there was any.
   */
  replace(configuration: FunctionConfiguration): void {
    const wasUsed = this.#all.size > 0;
    this.#configuration = configuration;
    for (const { environment } of this.#idle.splice(0)) void this.#discard(environment);
    if (wasUsed) this.warm();
  }

  /** Starts an environment, also ahead of the invocation that will need it. */
  warm(): void {
    const environment = this.#options.start(this.#configuration);
    this.#all.add(environment);
    this.#starting++;
    void environment.initialised().then((usable) => {
      this.#starting--;
      // One that failed has an error to tell, if somebody waits for it.
      this.#free(environment, usable || this.#waiting.length > 0);
    });
  }

  /** Resolves when nothing runs or waits any more. */
  drain(): Promise<void> {
    if (this.#running + this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#drained = resolve;
    });
  }

  /** Ends all environments, whatever they are doing. */
  async stop(): Promise<void> {
    clearTimeout(this.#reaper);
    this.#idle = [];
    for (const { resolve } of this.#waiting.splice(0)) {
      resolve(Promise.reject(new Error(`${this.#configuration.functionName} was stopped.`)));
    }
    await Promise.all([...this.#all].map((environment) => this.#discard(environment)));
  }

  #takeIdle(): Environment | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (!idle.environment.stopped) return idle.environment;
      // It was killed from outside.
      this.#all.delete(idle.environment);
    }
    return undefined;
  }

  #startForWaiting(): void {
    while (this.#starting < Math.min(this.#waiting.length, this.#options.startsAtOnce)) this.warm();
  }

  async #run(environment: Environment, invocation: Invocation): Promise<InvocationResult> {
    this.#running++;
    try {
      return await environment.invoke(invocation);
    } finally {
      this.#running--;
      this.#free(environment, !environment.stopped);
    }
  }

  /** Gives an environment to whoever waits for one, if it is of use. */
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

  /** Stops what has been idle for too long; the longest idle are first. */
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
