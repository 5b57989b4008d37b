import type { Arrivals } from './arrivals.ts';
import { staysBelow } from './stays-below.ts';

/**
 * How many requests per second meet no free environment, and so wait for an init.
 *
 * A request takes the environment that was used last, and one that has been idle for `idleSeconds` is gone. So there are
 * as many environments as there were requests at once at any moment of the last `idleSeconds`, and a request that finds
 * `n` others under way needs a new one exactly if there were never more than `n` in that time:
 *
 *   cold starts per second = λ · Σₙ P(N = n) · P(from n, N stays at or below n for idleSeconds)
 *
 * N is the number of requests under way in an M/M/∞ queue: Poisson distributed, and the same backwards in time as forwards.
 * For small λ, this is λ·exp(-λ·idleSeconds). Inits count as no part of the service. Of more than {@link mostAtOnce} requests
 * at once, the share is that of so many: an upper bound.
 */
export function coldStartsPerSecond(
  { requestsPerSecond, serviceSeconds }: Arrivals,
  idleSeconds: number,
): number {
  if (requestsPerSecond === 0 || serviceSeconds === 0) return 0;
  const load = Math.min(requestsPerSecond * serviceSeconds, mostAtOnce);
  const underWay = poisson(load);
  const arrivals = { requestsPerSecond: load / serviceSeconds, serviceSeconds };
  const stays = staysBelow(underWay.length - 1, arrivals, idleSeconds);
  return (
    requestsPerSecond * underWay.reduce((sum, probability, n) => sum + probability * (stays[n] as number), 0)
  );
}

/** Ten times Lambda's default limit of an account. */
const mostAtOnce = 10_000;

/** The probabilities of 0, 1, 2 and so on, up to where they mean nothing. In logarithms, since exp(-1000) is 0 to a computer. */
function poisson(mean: number): number[] {
  const most = Math.ceil(mean + 10 * Math.sqrt(mean) + 20);
  let logarithm = -mean;
  return Array.from({ length: most + 1 }, (_, n) => {
    if (n > 0) logarithm += Math.log(mean / n);
    return Math.exp(logarithm);
  });
}
