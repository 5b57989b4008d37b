import type { Arrivals } from './arrivals.ts';
import { staysBelow } from './stays-below.ts';

/**
 * Requests per second that find no free environment, and so wait for an init.
 *
 * A request takes the environment that was used last, and an environment that has been idle for `idleSeconds` is gone. So
 * the number of environments is the largest number of requests at once in the last `idleSeconds`. A request that finds `n`
 * others under way needs a new environment exactly if there were never more than `n` in that time:
 *
 *   cold starts per second = λ · Σₙ P(N = n) · P(from n, N stays at or below n for idleSeconds)
 *
 * N is the number of requests under way in an M/M/∞ queue: Poisson distributed, and reversible in time. For small λ, the rate
 * is λ·exp(-λ·idleSeconds). Inits are no part of the service. Above {@link mostAtOnce} requests at once, the share of cold
 * starts is that at {@link mostAtOnce}: an upper bound.
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

/** Ten times an account's default limit on Lambda. */
const mostAtOnce = 10_000;

/** The probabilities of 0, 1, 2 and so on, as far as they matter. In logarithms, as exp(-1000) is 0 in floating point. */
function poisson(mean: number): number[] {
  const most = Math.ceil(mean + 10 * Math.sqrt(mean) + 20);
  let logarithm = -mean;
  return Array.from({ length: most + 1 }, (_, n) => {
    if (n > 0) logarithm += Math.log(mean / n);
    return Math.exp(logarithm);
  });
}
