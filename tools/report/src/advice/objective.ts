import type { Weights } from '../traffic/traffic.ts';
import { type EndpointFacts, type Facts, membersKey } from './facts.ts';
import { addUp, figureCalculator, type GroupFigures } from './group-figures.ts';

/** The figure of each weighted term. Less is better for all of them. */
export const terms = {
  cost: 'cost',
  coldStarts: 'coldSeconds',
  changes: 'endpointsRedeployed',
  crashes: 'lostToOthers',
  privileges: 'excessPrivileges',
  bytes: 'bytes',
} as const satisfies Record<keyof Weights, keyof GroupFigures>;

export const termNames = Object.keys(terms) as (keyof Weights)[];

/** The function that groupings are compared by. */
export interface Objective {
  readonly figures: (members: readonly EndpointFacts[], memoryMb?: number) => GroupFigures;
  /** The figures of several groups together. */
  readonly figuresOfAll: (groups: readonly (readonly EndpointFacts[])[]) => GroupFigures;
  /** The weighted sum of a group's terms; infinite beyond a limit, and for settings that contradict each other. The scores of groups add up. */
  readonly score: (members: readonly EndpointFacts[]) => number;
  /** The score of a topology from its figures: 0 if every term is as good as in the better of the two extremes. */
  readonly scoreOf: (figures: GroupFigures) => number;
  /**
   * The difference in each term that a weight of 1 stands for: between one function for each endpoint and one for all, but
   * at least a tenth of the larger. Without this minimum, a term that hardly differs would decide everything.
   */
  readonly scales: Readonly<Record<keyof Weights, number>>;
}

export function objective(facts: Facts): Objective {
  const { endpoints, traffic } = facts;
  const { weights, limits } = traffic;
  const figures = figureCalculator(facts);
  const figuresOfAll: Objective['figuresOfAll'] = (groups) => addUp(groups.map((group) => figures(group)));
  const apart = figuresOfAll(endpoints.map((one) => [one]));
  const together = figures(endpoints);
  const record = (value: (term: keyof Weights) => number) =>
    Object.fromEntries(termNames.map((term) => [term, value(term)])) as Record<keyof Weights, number>;
  const scales = record((term) => {
    const [one, all] = [apart[terms[term]], together[terms[term]]];
    return Math.max(Math.abs(one - all), Math.max(one, all) / 10);
  });
  const least = record((term) => Math.min(apart[terms[term]], together[terms[term]]));
  const weigh = (value: (term: keyof Weights) => number) =>
    termNames.reduce(
      (sum, term) => sum + (scales[term] === 0 ? 0 : (weights[term] * value(term)) / scales[term]),
      0,
    );
  return {
    figures,
    figuresOfAll,
    scales,
    score: (members) => {
      // Checked first: a search asks for many groups that are too large.
      if (members.length > limits.endpointsPerFunction || areApart(members, facts)) {
        return Number.POSITIVE_INFINITY;
      }
      const group = figures(members);
      if (group.bytes > limits.bytesPerFunction) return Number.POSITIVE_INFINITY;
      return weigh((term) => group[terms[term]]);
    },
    scoreOf: (all) => weigh((term) => all[terms[term]] - least[term]),
  };
}

/** What an existing unit's package.json decides is no contradiction. */
function areApart(members: readonly EndpointFacts[], { contradict, unitMemoryMb }: Facts): boolean {
  return contradict?.(members) === true && !unitMemoryMb.has(membersKey(members));
}
