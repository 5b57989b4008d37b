import type { Answer, NoAnswer } from './answers.ts';

const firstPauseMs = 100;
const longestPauseMs = 5000;

/** An environment that crashed is a 500 of the gateway; the next one may do better. */
const passingStatuses = [429, 500, 502, 503, 504];

/**
 * How long to wait before the next attempt: a random time below a bound that doubles, so that clients of an API that was
 * down do not come back all at once; at least what Retry-After asks for (RFC 9110, section 10.2.3).
 *
 * @param attempt - of attempts so far, less one
 * @returns milliseconds; undefined when another attempt would change nothing, or not soon enough
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function retryPauseMs(answer: Answer | NoAnswer, attempt: number): number | undefined {
  const pauseMs = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
  if (!('status' in answer)) return pauseMs;
  if (!passingStatuses.includes(answer.status)) return undefined;
  const askedMs = retryAfterMs(answer.headers.get('retry-after'));
  return askedMs > longestPauseMs ? undefined : Math.max(askedMs, pauseMs);
}

function retryAfterMs(header: string | null): number {
  if (!header) return 0;
  const seconds = Number(header);
  return (Number.isNaN(seconds) ? Date.parse(header) - Date.now() : seconds * 1000) || 0;
}

/** @throws the signal's reason when it is aborted */
export function wait(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, durationMs);
    signal?.addEventListener('abort', abort, { once: true });
  });
}
