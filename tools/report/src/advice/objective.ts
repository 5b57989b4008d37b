import type { Weights } from '../traffic/traffic-file.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import { addUp, type GroupFigures, groupJudge } from './group-figures.ts';

/** The terms that are weighed, and which figure each looks at. Of all, less is better. */
export const terms = {
  cost: 'cost',
  coldStarts: 'coldSeconds',
  changes: 'endpointsRedeployed',
  crashes: 'lostToOthers',
  privileges: 'excessPrivileges',
  bytes: 'bytes',
} as const satisfies Record<keyof Weights, keyof GroupFigures>;

export const termNames = Object.keys(terms) as (keyof Weights)[];

/** What groupings are compared by. */
export interface Objective {
  readonly figures: (members: readonly EndpointFacts[], memoryMb?: number) => GroupFigures;
  /** Those of all groups together. */
  readonly figuresOfAll: (groups: readonly (readonly EndpointFacts[])[]) => GroupFigures;
  /** The weighted sum of a group's terms; infinite where the group is beyond a limit. Those of all groups add up. */
  readonly score: (members: readonly EndpointFacts[]) => number;
  /** The score of a topology by its figures: 0 where it is as good as the better of the two extremes in every term. */
  readonly scoreOf: (figures: GroupFigures) => number;
  /**
   * What a weight of 1 is about, of each term: the difference between one function for each endpoint and one for all, but
   * at least a tenth of the larger. Where both are much the same, what lies between would count for everything.
   */
  readonly scales: Readonly<Record<keyof Weights, number>>;
}

export function objective(facts: Facts): Objective {
  const { endpoints, traffic } = facts;
  const { weights, limits } = traffic;
  const figures = groupJudge(facts);
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
      // First, since a search asks for many that are too large.
      if (members.length > limits.endpointsPerFunction) return Number.POSITIVE_INFINITY;
      const group = figures(members);
      if (group.bytes > limits.bytesPerFunction) return Number.POSITIVE_INFINITY;
      return weigh((term) => group[terms[term]]);
    },
    scoreOf: (all) => weigh((term) => all[terms[term]] - least[term]),
  };
}
