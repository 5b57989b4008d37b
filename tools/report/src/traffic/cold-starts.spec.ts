import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { simulatePool } from '../testing/simulate-pool.ts';
import { coldStartsPerSecond } from './cold-starts.ts';

const cases = [
  { requestsPerSecond: 0.001, serviceSeconds: 0.05, idleSeconds: 600 },
  { requestsPerSecond: 0.005, serviceSeconds: 0.2, idleSeconds: 600 },
  { requestsPerSecond: 0.1, serviceSeconds: 0.5, idleSeconds: 60 },
  { requestsPerSecond: 2, serviceSeconds: 0.05, idleSeconds: 300 },
  { requestsPerSecond: 10, serviceSeconds: 0.3, idleSeconds: 30 },
  { requestsPerSecond: 40, serviceSeconds: 0.25, idleSeconds: 10 },
  { requestsPerSecond: 3000, serviceSeconds: 0.3, idleSeconds: 5 },
];

describe('the rate of cold starts', () => {
  for (const service of ['exponential', 'constant'] as const) {
    it.each(cases)(`is that of a simulated pool with ${service} service: $requestsPerSecond/s`, (one) => {
      const requests = 400_000;
      const simulated = simulatePool(one, one.idleSeconds, { requests, seed: 7, service });
      const modelled = coldStartsPerSecond(one, one.idleSeconds);
      // Three standard deviations of the simulated count, and the error of the inversion. The model assumes exponential
      // service; constant service changes little.
      const counted = simulated * (requests / one.requestsPerSecond);
      const noise = (3 * Math.sqrt(counted + 1)) / (requests / one.requestsPerSecond);
      const bias = service === 'constant' ? 0.12 : 0.01;
      expect(Math.abs(modelled - simulated)).toBeLessThan(
        noise + bias * simulated + 1e-5 * one.requestsPerSecond,
      );
    });
  }

  it('is the rate of requests when none comes while an environment is kept', () => {
    expect(coldStartsPerSecond({ requestsPerSecond: 1e-7, serviceSeconds: 0.1 }, 600)).toBeCloseTo(1e-7, 10);
    expect(coldStartsPerSecond({ requestsPerSecond: 0, serviceSeconds: 0.1 }, 600)).toBe(0);
  });

  it('is a share that falls with more requests, but never to zero', () => {
    const shares = [10, 100, 1000, 10_000, 1_000_000].map(
      (requestsPerSecond) =>
        coldStartsPerSecond({ requestsPerSecond, serviceSeconds: 0.2 }, 600) / requestsPerSecond,
    );
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(shares[2]).toBeGreaterThan(0);
  });

  it('is lower when environments are kept longer, and never above the rate of requests', () => {
    const rate = fc.double({ min: 1e-4, max: 50, noNaN: true });
    const service = fc.double({ min: 0.001, max: 1, noNaN: true });
    const idle = fc.double({ min: 1, max: 1000, noNaN: true });
    fc.assert(
      fc.property(rate, service, idle, (requestsPerSecond, serviceSeconds, idleSeconds) => {
        const arrivals = { requestsPerSecond, serviceSeconds };
        const short = coldStartsPerSecond(arrivals, idleSeconds);
        const long = coldStartsPerSecond(arrivals, idleSeconds * 2);
        expect(short).toBeGreaterThanOrEqual(0);
        expect(short).toBeLessThanOrEqual(requestsPerSecond);
        // The error of the inversion.
        expect(long).toBeLessThanOrEqual(short + 1e-3 * requestsPerSecond);
      }),
    );
  });

  it('is lower for two functions fused than for both apart', () => {
    const one = { requestsPerSecond: 0.002, serviceSeconds: 0.05 };
    const both = { ...one, requestsPerSecond: 0.004 };
    expect(coldStartsPerSecond(both, 600)).toBeLessThan(2 * coldStartsPerSecond(one, 600));
  });
});
