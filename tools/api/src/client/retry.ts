import type { HttpResponse, NoResponse } from './errors.ts';

const firstPauseMs = 100;
const longestPauseMs = 5000;

/** Statuses that may pass. A crashed environment is a 500 of the gateway; the next environment may work. */
const passingStatuses = [429, 500, 502, 503, 504];

/**
 * Chooses the pause before the next attempt: a random time below a bound that doubles, so that clients do not return all at
 * once after an outage; at least the time in Retry-After (RFC 9110, section 10.2.3).
 *
 * @param attempt - zero-based attempt number
 * @returns milliseconds; undefined when a retry is useless or the pause would be too long
 * @see https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/
 */
export function retryPauseMs(response: HttpResponse | NoResponse, attempt: number): number | undefined {
  const pauseMs = Math.random() * Math.min(longestPauseMs, firstPauseMs * 2 ** attempt);
  if (!('status' in response)) return pauseMs;
  if (!passingStatuses.includes(response.status)) return undefined;
  const askedMs = retryAfterMs(response.headers.get('retry-after'));
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
