import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bruteForce } from '../testing/brute-force.ts';
import { randomFacts } from '../testing/random-facts.ts';
import { exactSearch } from './exact-search.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import { type Grouping, type GroupScore, totalScore } from './grouping.ts';
import { heuristicSearch } from './heuristic-search.ts';
import { objective } from './objective.ts';

function scoreOf(facts: Facts): GroupScore {
  const { score } = objective(facts);
  return (members) => score(members.map((index) => facts.endpoints[index] as EndpointFacts));
}

/** True if it contains all items, each once. */
function isWhole(grouping: Grouping, count: number): boolean {
  return (
    grouping.every((group) => group.length > 0) &&
    grouping
      .flat()
      .toSorted((a, b) => a - b)
      .join() === Array.from({ length: count }, (_, index) => index).join()
  );
}

describe('the search for a grouping', () => {
  it('finds what brute force finds, within all limits, when it is exact', () => {
    // Any scores, possible or not.
    const scores = fc.integer({ min: 1, max: 6 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        mostGroups: fc.integer({ min: 1, max: count }),
        table: fc.array(fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant(Number.POSITIVE_INFINITY)), {
          minLength: 1 << count,
          maxLength: 1 << count,
        }),
      }),
    );
    fc.assert(
      fc.property(scores, ({ count, mostGroups, table }) => {
        const score: GroupScore = (members) =>
          table[members.reduce((set, member) => set | (1 << member), 0)] as number;
        const all = exactSearch(count, score, mostGroups);
        expect(all.length).toBe(mostGroups);
        for (const [index, found] of all.entries()) {
          const best = bruteForce(count, score, index + 1);
          expect(found ? totalScore(found, score) : Number.POSITIVE_INFINITY).toBe(best.score);
          if (!found) continue;
          expect(found.length).toBeLessThanOrEqual(index + 1);
          expect(isWhole(found, count)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('finds what brute force finds also by hill climbing, on random workspaces', () => {
    fc.assert(
      fc.property(randomFacts({ least: 1, most: 7 }), (facts) => {
        const count = facts.endpoints.length;
        const score = scoreOf(facts);
        const { functions } = facts.traffic.limits;
        const best = bruteForce(count, score, functions);
        const found = heuristicSearch(count, score, functions);
        const isPossible = Number.isFinite(best.score);
        expect(found !== undefined).toBe(isPossible);
        if (!found) return;
        expect(isWhole(found, count)).toBe(true);
        expect(found.length).toBeLessThanOrEqual(functions);
        expect(totalScore(found, score)).toBeCloseTo(best.score, 9);
      }),
      { numRuns: 50 },
    );
  });

  it('finds by hill climbing nearly always the best of more endpoints than it groups anew', () => {
    // Always the same workspaces: no heuristic finds the best in all.
    const workspaces = fc.sample(randomFacts({ least: 10, most: 11 }), { numRuns: 40, seed: 7 });
    const ratios = workspaces.flatMap((facts) => {
      const count = facts.endpoints.length;
      const score = scoreOf(facts);
      const { functions } = facts.traffic.limits;
      const best = exactSearch(count, score, functions).findLast((grouping) => grouping);
      const found = heuristicSearch(count, score, functions);
      expect(found === undefined).toBe(best === undefined);
      return found && best ? [(totalScore(found, score) + 1) / (totalScore(best, score) + 1)] : [];
    });
    expect(ratios.length).toBeGreaterThan(30);
    expect(Math.max(...ratios)).toBeLessThan(1.01);
    expect(ratios.filter((ratio) => ratio < 1 + 1e-9).length).toBeGreaterThanOrEqual(ratios.length - 2);
  });

  it('groups more endpoints than can be searched exactly', () => {
    const [facts] = fc.sample(randomFacts({ least: 18, most: 18 }), { numRuns: 1, seed: 5 }) as [Facts];
    const score = scoreOf(facts);
    const found = heuristicSearch(18, score, 300) as Grouping;
    expect(isWhole(found, 18)).toBe(true);
    const apart = Array.from({ length: 18 }, (_, index) => [index]);
    expect(totalScore(found, score)).toBeLessThanOrEqual(totalScore(apart, score));
  });
});
