import type { Grouping, GroupScore } from '../advice/grouping.ts';

/** The best of all groupings, by scoring every one: their number is the Bell number of the count. */
export function bruteForce(
  count: number,
  score: GroupScore,
  mostGroups = count,
): { grouping: Grouping; score: number } {
  const scores = new Float64Array(1 << count);
  for (let set = 1; set < 1 << count; set++) {
    scores[set] = score(Array.from({ length: count }, (_, item) => item).filter((item) => set & (1 << item)));
  }
  let best = Number.POSITIVE_INFINITY;
  let bestSets: number[] = [];
  const sets: number[] = [];
  // Each item joins one of the groups before, or begins a new one.
  const place = (item: number) => {
    if (item === count) {
      let total = 0;
      for (const set of sets) total += scores[set] as number;
      if (total < best) {
        best = total;
        bestSets = [...sets];
      }
      return;
    }
    for (let group = 0; group < sets.length; group++) {
      sets[group] = (sets[group] as number) | (1 << item);
      place(item + 1);
      sets[group] = (sets[group] as number) & ~(1 << item);
    }
    if (sets.length === mostGroups) return;
    sets.push(1 << item);
    place(item + 1);
    sets.pop();
  };
  place(0);
  const members = (set: number) =>
    Array.from({ length: count }, (_, item) => item).filter((item) => set & (1 << item));
  return { grouping: bestSets.map(members), score: best };
}
