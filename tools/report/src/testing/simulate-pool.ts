import { seededRandom } from '../advice/seeded-random.ts';
import type { Arrivals } from '../traffic/arrivals.ts';

/**
 * Runs requests through a pool of environments, event by event. A request takes the environment that was freed last; an
 * environment that has been free for `idleSeconds` is gone. The first tenth of the requests only fills the pool.
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
  /** Times at which busy environments become free, ascending. */
  const busy: number[] = [];
  /** Times since which the others have been free, ascending: the next ones to become free are later than all of them. */
  const free: number[] = [];
  let now = 0;
  let cold = 0;
  const warmUp = requests / 10;
  let countedFrom = 0;
  for (let n = 0; n < requests; n++) {
    now += exponential(1 / requestsPerSecond);
    free.push(
      ...busy.splice(
        0,
        firstIndex(busy, (at) => at > now),
      ),
    );
    free.splice(
      0,
      firstIndex(free, (since) => now - since < idleSeconds),
    );
    if (n === warmUp) countedFrom = now;
    if (free.pop() === undefined && n >= warmUp) cold++;
    const freeAt = now + (service === 'constant' ? serviceSeconds : exponential(serviceSeconds));
    busy.splice(
      firstIndex(busy, (at) => at > freeAt),
      0,
      freeAt,
    );
  }
  return cold / (now - countedFrom);
}

/** Binary search: the index of the first of sorted values that matches, as all after it do. */
function firstIndex(values: readonly number[], matches: (value: number) => boolean): number {
  let [from, to] = [0, values.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (matches(values[middle] as number)) to = middle;
    else from = middle + 1;
  }
  return from;
}
