import { setTimeout as sleep } from 'node:timers/promises';
import type { InvokeResult } from './serving-host.ts';

/** The number of neighbours that send requests at once. */
export const neighbourCount = 4;
/** The pause before a retry. */
const retryMs = 20;

export interface NeighbourLosses {
  readonly answered: number;
  /** Requests without a good result. A retried request counts once. */
  readonly lost: number;
  /** The longest time without a good result for any of them. */
  readonly silenceMs: number;
}

/** Lets neighbours send requests all the time. The returned function ends that. */
export function runNeighbours(invoke: () => Promise<InvokeResult>): () => Promise<NeighbourLosses> {
  let stopped = false;
  let answered = 0;
  let lost = 0;
  let silenceMs = 0;
  /** The time of the last good result, or of the first failure: the time before is their start. */
  let lastGoodAt: number | undefined;
  const neighbour = async () => {
    for (let wasGood = true; !stopped; ) {
      const isGood = (await invoke()).kind === 'payload';
      const now = performance.now();
      lastGoodAt ??= now;
      silenceMs = Math.max(silenceMs, now - lastGoodAt);
      if (isGood) {
        answered += 1;
        lastGoodAt = now;
      } else {
        // A retry of the same request, which is lost only once.
        if (wasGood) lost += 1;
        await sleep(retryMs);
      }
      wasGood = isGood;
    }
  };
  const all = Array.from({ length: neighbourCount }, neighbour);
  return async () => {
    stopped = true;
    await Promise.all(all);
    return { answered, lost, silenceMs };
  };
}
