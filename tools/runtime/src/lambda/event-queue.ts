import type { InvokeResult } from '../environment/environment.ts';
import { TooManyRequests } from './function-pool.ts';

/** Settings of an event queue. */
export interface EventQueueOptions {
  /** Milliseconds before each retry. Default: 1000, 2000; Lambda waits one minute, then two. */
  readonly retryDelaysMs?: readonly number[] | undefined;
  /** Called with news about failed events, and with failures of the API itself. */
  readonly warn: (message: string) => void;
}

/** Number of throttled attempts in a row, about a minute, after which an event is dropped. Lambda retries for six hours. */
const throttledAttempts = 60;
const throttledDelayMs = 1000;

/**
 * Lambda's queue of asynchronous invocations. If the function fails, the event is retried twice, then dropped with a line in
 * the log.
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
  add(functionName: string, requestId: string, invoke: () => Promise<InvokeResult>): void {
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

  /** Drops the events that wait for a retry, with a line in the log. */
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
