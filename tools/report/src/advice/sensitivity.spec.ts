import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bruteForce } from '../testing/brute-force.ts';
import { randomFacts } from '../testing/random-facts.ts';
import { bestGrouping } from './best-grouping.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import { addUp } from './group-figures.ts';
import { objective } from './objective.ts';
import { analyseSensitivity } from './sensitivity.ts';

const proposalOf = (facts: Facts) => bestGrouping(facts, objective(facts), []);
/** Facts with limits that allow more than one grouping. */
const possible = randomFacts({ least: 2, most: 5 }).map((facts) => ({
  ...facts,
  traffic: { ...facts.traffic, limits: { ...facts.traffic.limits, functions: facts.endpoints.length } },
}));

describe('the sensitivity of the proposal', () => {
  it('is measured against the best grouping, which brute force finds, too', () => {
    fc.assert(
      fc.property(possible, (facts) => {
        for (const { score, best } of analyseSensitivity(facts, proposalOf(facts).groups, [])) {
          expect(score).toBeGreaterThanOrEqual(best - 1e-9);
        }
        const busier = { ...facts, traffic: { ...facts.traffic, rates: tenfold(facts) } };
        const { figures, score, scoreOf } = objective(busier);
        const members = (group: readonly number[]) =>
          group.map((index) => facts.endpoints[index] as EndpointFacts);
        const { grouping } = bruteForce(facts.endpoints.length, (group) => score(members(group)));
        const then = scoreOf(addUp(grouping.map((group) => figures(members(group)))));
        const cases = analyseSensitivity(facts, proposalOf(facts).groups, []);
        const found = cases.find(({ name }) => name === 'ten times the traffic');
        expect(found?.best).toBeCloseTo(then, 9);
      }),
      { numRuns: 30 },
    );
  });

  it('has a case for every weight that counts, and for the two halves of a history', () => {
    const [facts] = fc.sample(possible, { numRuns: 1, seed: 3 }) as [Facts];
    const weights = { cost: 1, coldStarts: 0, changes: 2, crashes: 0, privileges: 0, bytes: 0 };
    const named = (changes: readonly Set<string>[], areChangesKnown: boolean) =>
      analyseSensitivity(
        { ...facts, changes, areChangesKnown, traffic: { ...facts.traffic, weights } },
        proposalOf(facts).groups,
        [],
      ).map(({ name }) => name);
    const changes = [new Set(['endpoint-0']), new Set(['endpoint-1'])];
    const halves = [
      'changes as in the earlier half of the history',
      'changes as in the later half of the history',
    ];
    expect(named(changes, true)).toEqual(
      expect.arrayContaining([...halves, '"cost" without weight', '"changes" with twice the weight']),
    );
    expect(named(changes, true).join()).not.toContain('privileges');
    expect(named(changes, false)).not.toContain(halves[0]);
  });
});

describe('the best with fewer functions', () => {
  it('improves with each function that is allowed, up to the proposal', () => {
    fc.assert(
      fc.property(possible, (facts) => {
        const { figures, scoreOf } = objective(facts);
        const { groups, withFewer } = proposalOf(facts);
        const scores = [...withFewer, groups].map((some) => scoreOf(addUp(some.map((one) => figures(one)))));
        const proposed = scores.pop() as number;
        expect(scores.at(-1)).toBeCloseTo(proposed, 9);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
        expect(withFewer.map(({ length }) => length)).toEqual(
          [...new Set(withFewer.map(({ length }) => length))].sort((a, b) => a - b),
        );
      }),
      { numRuns: 50 },
    );
  });
});

function tenfold({ traffic }: Facts): Map<string, number> {
  return new Map([...traffic.rates].map(([endpoint, rate]) => [endpoint, rate * 10]));
}
