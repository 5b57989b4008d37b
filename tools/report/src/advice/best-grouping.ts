import { UsageError } from '@nanoservices/model';
import { groupBytes } from '../bundles/shared-bytes.ts';
import type { Traffic } from '../traffic/traffic.ts';
import { exactLimit, exactSearch } from './exact-search.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import { type Grouping, type GroupScore, totalScore } from './grouping.ts';
import { heuristicSearch } from './heuristic-search.ts';
import type { Objective } from './objective.ts';

/** Endpoints grouped into functions, the largest function first. */
export type Groups = readonly (readonly EndpointFacts[])[];

/** The grouping with the least score that a search has found. */
export interface BestGrouping {
  readonly groups: Groups;
  /** True if all groupings were considered. */
  readonly isExact: boolean;
  /** The best with at most one function, two, and so on, while another function improves it. Empty unless exact. */
  readonly withFewer: readonly Groups[];
}

/**
 * Searches for the grouping with the least score: among all groupings up to 14 endpoints, by hill climbing above.
 *
 * @param starts - names of endpoints in groups that hill climbing starts from, such as those of the topologies in use
 * @param isBrief - above 14 endpoints, whether to start from these only
 * @throws UsageError when no grouping is within the limits
 */
export function bestGrouping(
  { endpoints, traffic }: Facts,
  { score }: Objective,
  starts: readonly (readonly (readonly string[])[])[],
  isBrief = false,
): BestGrouping {
  const scoreOf: GroupScore = (members) => score(members.map((index) => endpoints[index] as EndpointFacts));
  const indexOf = new Map(endpoints.map(({ name }, index) => [name, index]));
  const beginnings = starts.map(
    (groups): Grouping => groups.map((names) => names.map((name) => indexOf.get(name) as number)),
  );
  const found = search(endpoints.length, scoreOf, traffic, beginnings, isBrief);
  const groupsOf = (grouping: Grouping): Groups =>
    grouping
      .map((members) => members.toSorted((a, b) => a - b).map((index) => endpoints[index] as EndpointFacts))
      .sort((a, b) => b.length - a.length);
  const isExact = endpoints.length <= exactLimit;
  return {
    groups: groupsOf(found.at(-1) as Grouping),
    isExact,
    withFewer: isExact ? improvements(found, scoreOf).map(groupsOf) : [],
  };
}

/**
 * Checks that the limits allow a grouping, before everything is measured.
 *
 * @throws UsageError when they allow none
 */
export function requireGrouping(
  endpoints: readonly Pick<EndpointFacts, 'parts' | 'code'>[],
  traffic: Pick<Traffic, 'limits' | 'file'>,
): void {
  const { endpointsPerFunction, bytesPerFunction } = traffic.limits;
  const bytesOf = groupBytes(endpoints);
  const isTooLarge = (members: readonly number[]) =>
    members.length > endpointsPerFunction ||
    bytesOf(members.map((index) => endpoints[index] as (typeof endpoints)[number])) > bytesPerFunction;
  search(endpoints.length, (members) => (isTooLarge(members) ? Number.POSITIVE_INFINITY : 0), traffic);
}

/** @returns groupings of which the last is the best */
function search(
  count: number,
  score: GroupScore,
  { limits, file }: Pick<Traffic, 'limits' | 'file'>,
  beginnings: readonly Grouping[] = [],
  isBrief = false,
): readonly (Grouping | undefined)[] {
  const found =
    count <= exactLimit
      ? exactSearch(count, score, limits.functions)
      : [heuristicSearch(count, score, limits.functions, beginnings, isBrief)];
  if (found.at(-1)) return found;
  throw new UsageError(
    `${file ?? 'traffic.json'}: no topology ${count <= exactLimit ? 'keeps' : 'was found that keeps'} within "limits". Allow more functions, endpoints per function, or bytes.`,
  );
}

/** The groupings that are better than all before them. */
function improvements(found: readonly (Grouping | undefined)[], score: GroupScore): Grouping[] {
  let least = Number.POSITIVE_INFINITY;
  return found.filter((grouping): grouping is Grouping => {
    if (!grouping) return false;
    const total = totalScore(grouping, score);
    // Smaller differences are rounding.
    if (total > least - 1e-9) return false;
    least = total;
    return true;
  });
}
