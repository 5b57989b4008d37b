/** Groups of items, which are zero-based numbers; each item is in exactly one group. */
export type Grouping = readonly (readonly number[])[];

/** The cost of a group; infinite for a group that is not allowed. */
export type GroupScore = (members: readonly number[]) => number;

export function totalScore(grouping: Grouping, score: GroupScore): number {
  return grouping.reduce((sum, members) => sum + score(members), 0);
}
