/** Things by their numbers, from 0, in groups; each is in exactly one. */
export type Grouping = readonly (readonly number[])[];

/** What a group costs. Infinite where it must not be. */
export type GroupScore = (members: readonly number[]) => number;

export function totalScore(grouping: Grouping, score: GroupScore): number {
  return grouping.reduce((sum, members) => sum + score(members), 0);
}
