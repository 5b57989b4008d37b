import type { Grouping, GroupScore } from '../advice/grouping.ts';

/** The best of all groupings, by looking at every single one: as many as the Bell number of the count. */
export function bruteForce(
  count: number,
  score: GroupScore,
  mostGroups = count,
): { grouping: Grouping; score: number } {
  const scores = new Float64Array(1 << count);
  for (let set = 1; set < 1 << count; set++) {
    scores[set] = score(
      Array.from({ length: count }, (_, thing) => thing).filter((thing) => set & (1 << thing)),
    );
  }
  let best = Number.POSITIVE_INFINITY;
  let bestSets: number[] = [];
  const sets: number[] = [];
  // Each thing joins one of the groups before, or begins a new one.
  const place = (thing: number) => {
    if (thing === count) {
      let total = 0;
      for (const set of sets) total += scores[set] as number;
      if (total < best) {
        best = total;
        bestSets = [...sets];
      }
      return;
    }
    for (let group = 0; group < sets.length; group++) {
      sets[group] = (sets[group] as number) | (1 << thing);
      place(thing + 1);
      sets[group] = (sets[group] as number) & ~(1 << thing);
    }
    if (sets.length === mostGroups) return;
    sets.push(1 << thing);
    place(thing + 1);
    sets.pop();
  };
  place(0);
  const members = (set: number) =>
    Array.from({ length: count }, (_, thing) => thing).filter((thing) => set & (1 << thing));
  return { grouping: bestSets.map(members), score: best };
}
