import type { Grouping, GroupScore } from './grouping.ts';

/** The most items for which all groups can be scored: 3^n steps. */
export const exactLimit = 14;

/**
 * The best of all groupings, by dynamic programming over subsets: the best grouping of a set is one group with its first
 * member, and the best grouping of the rest.
 *
 * @param count - number of items, at most {@link exactLimit}
 * @param mostGroups - most groups allowed
 * @returns the best with at most one group, with at most two, and so on; undefined where no grouping is within the limits
 */
export function exactSearch(
  count: number,
  score: GroupScore,
  mostGroups: number,
): readonly (Grouping | undefined)[] {
  const sets = 1 << count;
  const scores = Float64Array.from({ length: sets }, (_, set) => (set === 0 ? 0 : score(membersOf(set))));
  /** One layer for each number of groups: the score of the best grouping of each set, and its first group. */
  const layers: { best: Float64Array; group: Int32Array }[] = [];
  let before = new Float64Array(sets).fill(Number.POSITIVE_INFINITY);
  before[0] = 0;
  for (let groups = 1; groups <= Math.min(mostGroups, count); groups++) {
    const best = new Float64Array(sets).fill(Number.POSITIVE_INFINITY);
    best[0] = 0;
    const group = new Int32Array(sets);
    for (let set = 1; set < sets; set++) {
      const first = set & -set;
      const others = set ^ first;
      // All subsets of the others, the empty one last.
      for (let some = others; ; some = (some - 1) & others) {
        const total = (scores[some | first] as number) + (before[others ^ some] as number);
        if (total < (best[set] as number)) {
          best[set] = total;
          group[set] = some | first;
        }
        if (some === 0) break;
      }
    }
    layers.push({ best, group });
    before = best;
  }
  return layers.map((_, layer) => readGrouping(layers.slice(0, layer + 1), sets - 1));
}

function readGrouping(
  layers: readonly { best: Float64Array; group: Int32Array }[],
  all: number,
): Grouping | undefined {
  if (!Number.isFinite(layers.at(-1)?.best[all])) return undefined;
  const grouping: number[][] = [];
  for (let layer = layers.length - 1, left = all; left !== 0; layer--) {
    const group = layers[layer]?.group[left] as number;
    grouping.push(membersOf(group));
    left ^= group;
  }
  return grouping;
}

function membersOf(set: number): number[] {
  const members: number[] = [];
  for (let left = set; left !== 0; left &= left - 1) members.push(31 - Math.clz32(left & -left));
  return members;
}
