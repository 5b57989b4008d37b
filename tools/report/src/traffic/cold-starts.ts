/** Requests of a function, which arrive at random (a Poisson process). */
export interface Arrivals {
  readonly requestsPerSecond: number;
  /** How long one takes, on average. */
  readonly serviceSeconds: number;
}

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
 * For small λ, this is λ·exp(-λ·idleSeconds). Inits count as no part of the service.
 */
export function coldStartsPerSecond(
  { requestsPerSecond, serviceSeconds }: Arrivals,
  idleSeconds: number,
): number {
  if (requestsPerSecond === 0) return 0;
  const load = requestsPerSecond * serviceSeconds;
  let probability = Math.exp(-load);
  let passed = probability;
  let cold = probability * Math.exp(-requestsPerSecond * idleSeconds);
  for (let n = 1; 1 - passed > 1e-9 && n < 10_000; n++) {
    probability *= load / n;
    passed += probability;
    if (n > load + 10 * Math.sqrt(load) + 20) break;
    cold += probability * staysBelow(n, { requestsPerSecond, serviceSeconds }, idleSeconds);
  }
  return requestsPerSecond * cold;
}

/** The probability that, beginning with n requests under way, there are never more in so many seconds. */
function staysBelow(n: number, arrivals: Arrivals, seconds: number): number {
  const survival = invert((rate) => (1 - transform(n, arrivals, rate)) / rate, seconds);
  return Math.min(1, Math.max(0, survival));
}

/** The Laplace transform of the time from n to n + 1 requests under way: one step of a birth-death process at a time. */
function transform(n: number, { requestsPerSecond, serviceSeconds }: Arrivals, rate: number): number {
  let below = requestsPerSecond / (requestsPerSecond + rate);
  for (let k = 1; k <= n; k++) {
    const leaving = k / serviceSeconds;
    below = requestsPerSecond / (requestsPerSecond + leaving + rate - leaving * below);
  }
  return below;
}

const terms = 14;

/** Gaver's and Stehfest's inversion of a Laplace transform at one point: right to about four digits for smooth functions. */
function invert(transformed: (rate: number) => number, at: number): number {
  const unit = Math.LN2 / at;
  return (
    unit * stehfestWeights.reduce((sum, weight, index) => sum + weight * transformed((index + 1) * unit), 0)
  );
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));

const stehfestWeights = Array.from({ length: terms }, (_, index) => {
  const k = index + 1;
  const half = terms / 2;
  let sum = 0;
  for (let j = Math.floor((k + 1) / 2); j <= Math.min(k, half); j++) {
    sum +=
      (j ** half * factorial(2 * j)) /
      (factorial(half - j) * factorial(j) * factorial(j - 1) * factorial(k - j) * factorial(2 * j - k));
  }
  return (-1) ** (k + half) * sum;
});
