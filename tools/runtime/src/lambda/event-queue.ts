import type { InvocationResult } from '../environment/environment.ts';
import { TooManyRequests } from './function-pool.ts';

export interface EventQueueOptions {
  /** Milliseconds before each retry. Lambda waits for one minute, then two; locally nobody wants to. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Called with what happens to an event that its function did not take. */
  readonly warn: (message: string) => void;
}

/** A queue gives up after this many throttled attempts in a row, about a minute; Lambda goes on for six hours. */
const throttledAttempts = 60;
const throttledDelayMs = 1000;

/**
 * Lambda's queue of asynchronous invocations: an event whose function fails is tried twice more, then dropped with a
 * line in the log.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
 */
export class EventQueue {
  readonly #options: EventQueueOptions;
  readonly #timers = new Map<NodeJS.Timeout, string>();

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  /** @param invoke - runs the function with the event once */
  add(functionName: string, requestId: string, invoke: () => Promise<InvocationResult>): void {
    const { warn, retryDelaysMs = [1000, 2000] } = this.#options;
    const name = `The event ${requestId} for ${functionName}`;
    const attempt = async (failures: number, throttled: number): Promise<void> => {
      try {
        const { error } = await invoke();
        if (!error) return;
        const delayMs = retryDelaysMs[failures];
        const reason = `${error.errorType}: ${error.errorMessage}`;
        if (delayMs === undefined)
          return warn(`${name} is dropped after ${failures + 1} attempts: ${reason}`);
        warn(`${name} failed and is tried again in ${delayMs} ms: ${reason}`);
        this.#later(delayMs, name, () => attempt(failures + 1, 0));
      } catch (error) {
        if (error instanceof TooManyRequests && throttled < throttledAttempts) {
          this.#later(throttledDelayMs, name, () => attempt(failures, throttled + 1));
        } else {
          warn(`${name} is dropped: ${(error as Error).message || 'too many requests'}`);
        }
      }
    };
    void attempt(0, 0);
  }

  /** Forgets what waits for another attempt, and says so. */
  close(): void {
    for (const [timer, name] of this.#timers) {
      clearTimeout(timer);
      this.#options.warn(`${name} is lost: the local Lambda ends.`);
    }
    this.#timers.clear();
  }

  #later(delayMs: number, name: string, attempt: () => Promise<void>): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      void attempt();
    }, delayMs);
    this.#timers.set(timer, name);
  }
}
