import type { Traffic } from '../traffic/traffic.ts';
import { bestGrouping, type Groups } from './best-grouping.ts';
import type { Facts } from './facts.ts';
import { objective, termNames } from './objective.ts';

/** The proposal's score if one assumption is changed. */
export interface SensitivityCase {
  /** The change: `ten times the traffic`. */
  readonly name: string;
  /** The best grouping after the change. */
  readonly groups: Groups;
  /** The proposal's score after the change. */
  readonly score: number;
  /** The score of the best grouping after the change. */
  readonly best: number;
}

/**
 * Scores the proposal with other traffic, durations, changes or weights than assumed, one at a time.
 *
 * @param starts - groupings that a heuristic search starts from, besides the proposal
 */
export function analyseSensitivity(
  facts: Facts,
  proposal: Groups,
  starts: readonly (readonly (readonly string[])[])[],
): SensitivityCase[] {
  const proposed = proposal.map((group) => group.map(({ name }) => name));
  return alternatives(facts).map(({ name, facts: others }) => {
    const changed = objective(others);
    const score = (groups: Groups) => changed.scoreOf(changed.figuresOfAll(groups));
    const { groups } = bestGrouping(others, changed, [proposed, ...starts], true);
    return { name, groups, score: score(proposal), best: score(groups) };
  });
}

function alternatives(facts: Facts): { readonly name: string; readonly facts: Facts }[] {
  const { traffic, changes } = facts;
  const other = (name: string, change: Partial<Traffic>) => ({
    name,
    facts: { ...facts, traffic: { ...traffic, ...change } },
  });
  const times = (factor: number) => ({
    rates: new Map([...traffic.rates].map(([endpoint, rate]) => [endpoint, rate * factor])),
  });
  const half = Math.floor(changes.length / 2);
  const [early, late] = [changes.slice(0, half), changes.slice(half)];
  const weighted = termNames.filter((term) => traffic.weights[term] > 0);
  return [
    other('a tenth of the traffic', times(0.1)),
    other('ten times the traffic', times(10)),
    other('everything takes half as long', { durationFactor: traffic.durationFactor / 2 }),
    // 256 MB have a seventh of a processor.
    other('everything takes seven times as long', { durationFactor: traffic.durationFactor * 7 }),
    other('environments are kept half as long', { idleSeconds: traffic.idleSeconds / 2 }),
    ...(facts.areChangesKnown && half > 0
      ? [
          { name: 'changes as in the earlier half of the history', facts: { ...facts, changes: early } },
          { name: 'changes as in the later half of the history', facts: { ...facts, changes: late } },
        ]
      : []),
    ...weighted.flatMap((term) => {
      // A single weight decides nothing.
      if (weighted.length === 1) return [];
      const weighing = (weight: number) => ({ weights: { ...traffic.weights, [term]: weight } });
      return [
        other(`"${term}" without weight`, weighing(0)),
        other(`"${term}" with twice the weight`, weighing(2 * traffic.weights[term])),
      ];
    }),
  ];
}
