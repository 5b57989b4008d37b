import { seededRandom } from '../advice/seeded-random.ts';
import type { Arrivals } from '../traffic/arrivals.ts';

/**
 * Runs requests through a pool of environments, event by event: one takes the environment that was free last, and one
 * that has been free for `idleSeconds` is gone. The first tenth only fills the pool.
 *
 * @returns cold starts per second
 */
export function simulatePool(
  { requestsPerSecond, serviceSeconds }: Arrivals,
  idleSeconds: number,
  { requests, seed, service }: { requests: number; seed: number; service: 'exponential' | 'constant' },
): number {
  const random = seededRandom(seed);
  const exponential = (mean: number) => -mean * Math.log(1 - random());
  /** When each environment that works will be free. */
  let busy: number[] = [];
  /** Since when each that is free has been so; the newest last. */
  let free: number[] = [];
  let now = 0;
  let cold = 0;
  const warmUp = requests / 10;
  let countedFrom = 0;
  for (let n = 0; n < requests; n++) {
    now += exponential(1 / requestsPerSecond);
    const done = busy.filter((at) => at <= now).sort((a, b) => a - b);
    busy = busy.filter((at) => at > now);
    free = [...free, ...done].sort((a, b) => a - b).filter((since) => now - since < idleSeconds);
    if (n === warmUp) countedFrom = now;
    if (free.pop() === undefined && n >= warmUp) cold++;
    busy.push(now + (service === 'constant' ? serviceSeconds : exponential(serviceSeconds)));
  }
  return cold / (now - countedFrom);
}
