import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './serving-host.ts';

/** How many ask at once. */
export const neighbourCount = 4;
/** After what time one that was refused tries again. */
const retryMs = 20;

export interface NeighboursFate {
  readonly answered: number;
  /** Requests that were sent and never answered well. */
  readonly lost: number;
  /** The longest time in which none of them got an answer. */
  readonly silenceMs: number;
}

/** Lets neighbours ask all the time. The returned function ends that, and tells how they fared. */
export function letNeighboursAsk(ask: () => Promise<Answer>): () => Promise<NeighboursFate> {
  let stopped = false;
  let answered = 0;
  let lost = 0;
  let silenceMs = 0;
  /** Or the first failure: what comes before is their start. */
  let lastAnswer: number | undefined;
  const neighbour = async () => {
    for (let wasGood = true; !stopped; ) {
      const isGood = (await ask()).kind === 'answer';
      const now = performance.now();
      lastAnswer ??= now;
      silenceMs = Math.max(silenceMs, now - lastAnswer);
      if (isGood) {
        answered += 1;
        lastAnswer = now;
      } else {
        // The same request again, which is lost only once.
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
