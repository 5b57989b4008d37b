import { UsageError } from '@nanoservices/workspace/usage-error';
import { exactLimit, exactSearch } from './exact-search.ts';
import type { EndpointFacts, Facts } from './facts.ts';
import type { Grouping, GroupScore } from './grouping.ts';
import { heuristicSearch } from './heuristic-search.ts';
import type { Objective } from './objective.ts';

/** The best way found to pack endpoints into functions. */
export interface BestGrouping {
  readonly groups: readonly (readonly EndpointFacts[])[];
  /** Whether all groupings were considered. */
  readonly isExact: boolean;
}

/**
 * Searches for the grouping with the least score: among all of them, up to 14 endpoints, by climbing above.
 *
 * @param inUse - groupings to begin with: that of each topology, as names of endpoints
 * @throws UsageError when no grouping keeps within the limits
 */
export function bestGrouping(
  { endpoints, traffic }: Facts,
  { score }: Objective,
  inUse: readonly (readonly (readonly string[])[])[],
): BestGrouping {
  const scoreOf: GroupScore = (members) => score(members.map((index) => endpoints[index] as EndpointFacts));
  const isExact = endpoints.length <= exactLimit;
  const indexOf = new Map(endpoints.map(({ name }, index) => [name, index]));
  const starts = inUse.map(
    (groups): Grouping => groups.map((names) => names.map((name) => indexOf.get(name) as number)),
  );
  const most = traffic.limits.functions;
  const found = isExact
    ? exactSearch(endpoints.length, scoreOf, most)
    : heuristicSearch(endpoints.length, scoreOf, most, starts);
  if (!found) {
    throw new UsageError(
      `${traffic.file}: no topology keeps within "limits". Allow more functions, endpoints per function, or bytes.`,
    );
  }
  const groups = found.map((members) =>
    members.toSorted((a, b) => a - b).map((index) => endpoints[index] as EndpointFacts),
  );
  return { groups: groups.sort((a, b) => b.length - a.length), isExact };
}
