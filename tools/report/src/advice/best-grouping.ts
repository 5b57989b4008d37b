import { UsageError } from '@nanoservices/workspace/usage-error';
import { groupBytes } from '../bundles/shared-bytes.ts';
import { type Traffic, trafficFile } from '../traffic/traffic-file.ts';
import { exactLimit, exactSearch } from './exact-search.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import { type Grouping, type GroupScore, totalScore } from './grouping.ts';
import { heuristicSearch } from './heuristic-search.ts';
import type { Objective } from './objective.ts';

/** Endpoints as they are packed into functions; those with the most endpoints first. */
export type Groups = readonly (readonly EndpointFacts[])[];

/** The best way found to pack endpoints into functions. */
export interface BestGrouping {
  readonly groups: Groups;
  /** Whether all groupings were considered. */
  readonly isExact: boolean;
  /** Of an exact search: the best with at most one function, two, and so on, as long as another one makes it better. */
  readonly withFewer: readonly Groups[];
}

/**
 * Searches for the grouping with the least score: among all of them, up to 14 endpoints, by climbing above.
 *
 * @param starts - groupings to begin with, as names of endpoints: such as those in use
 * @param isBrief - above 14 endpoints, whether to climb from these only
 * @throws UsageError when no grouping keeps within the limits
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
 * Makes sure that the limits leave a way to pack endpoints: better known before everything is measured than after.
 *
 * @throws UsageError when they do not
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

/** The best grouping is the last of them. */
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
    `${file ?? trafficFile}: no topology ${count <= exactLimit ? 'keeps' : 'was found that keeps'} within "limits". Allow more functions, endpoints per function, or bytes.`,
  );
}

/** Of groupings with ever more groups, those that are better than all before them. */
function improvements(found: readonly (Grouping | undefined)[], score: GroupScore): Grouping[] {
  let least = Number.POSITIVE_INFINITY;
  return found.filter((grouping): grouping is Grouping => {
    if (!grouping) return false;
    const total = totalScore(grouping, score);
    // What differs less is rounding.
    if (total > least - 1e-9) return false;
    least = total;
    return true;
  });
}
