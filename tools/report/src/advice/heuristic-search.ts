import { exactSearch } from './exact-search.ts';
import { type Grouping, type GroupScore, totalScore } from './grouping.ts';
import { seededRandom } from './seeded-random.ts';

/** Random groupings to start from, besides the extremes and the given ones. */
const randomStarts = 12;
/** Perturbations of the best grouping so far. */
const perturbations = 60;
/** The most items of some groups that are grouped anew in the best way. */
const regroupedItems = 9;
/** Above this, each climb takes long, and only the given starts are tried. */
const manyItems = 40;
/** Smaller differences are rounding. */
const least = 1e-12;

/**
 * A good grouping of more items than `exactSearch` can take, by iterated local search: hill climbing from several
 * starts, then from perturbations of the best grouping. A step merges two groups, moves one item, or exchanges two. In
 * turn with these, some groups are taken apart and grouped anew in the best way (large neighborhood search). The result is
 * the same each time.
 *
 * @param starts - groupings to start from, such as those of the topologies in use
 * @param isBrief - whether to climb from these only, without perturbations
 * @returns undefined when it finds none within the limits
 */
export function heuristicSearch(
  count: number,
  score: GroupScore,
  mostGroups: number,
  starts: readonly Grouping[] = [],
  isBrief = false,
): Grouping | undefined {
  const known = new Map<string, number>();
  const remembered: GroupScore = (members) => {
    // One order for the same members: sums in another order differ in their last digits.
    const sorted = members.toSorted((a, b) => a - b);
    const key = sorted.join();
    const found = known.get(key) ?? score(sorted);
    known.set(key, found);
    return found;
  };
  const all = Array.from({ length: count }, (_, item) => item);
  const random = seededRandom(1);
  const randomly = () => {
    const groups = 1 + Math.floor(random() * count);
    return Object.values(Object.groupBy(all, () => Math.floor(random() * groups))) as number[][];
  };
  const isThorough = !isBrief && count <= manyItems;
  const candidates = [
    ...(isBrief ? [] : [all.map((item) => [item]), [all]]),
    ...starts,
    ...(isThorough ? Array.from({ length: randomStarts }, randomly) : []),
  ];
  const climbed = (start: Grouping) => climb(start, remembered, mostGroups);
  const isAllowed = (grouping: Grouping) =>
    grouping.length <= mostGroups && Number.isFinite(totalScore(grouping, remembered));
  const regrouped = (grouping: Grouping) => climbed(regroup(grouping, remembered, mostGroups, random));
  let [best] = candidates
    .map(climbed)
    .map((grouping) => (isAllowed(grouping) ? grouping : regrouped(grouping)))
    .filter(isAllowed)
    .sort((a, b) => totalScore(a, remembered) - totalScore(b, remembered));
  for (let round = 0; best && isThorough && round < perturbations; round++) {
    const other = round % 2 === 0 ? climbed(perturb(best, random)) : regrouped(best);
    const isBetter = totalScore(other, remembered) < totalScore(best, remembered) - least;
    if (isAllowed(other) && isBetter) best = other;
  }
  return best?.map((members) => members.toSorted((a, b) => a - b));
}

/** Takes about half of the groups apart, and groups their members at random into about as many. */
function perturb(grouping: Grouping, random: () => number): Grouping {
  const isTaken = grouping.map(() => random() < 0.5);
  const taken = grouping.filter((_, index) => isTaken[index]);
  const groups = Math.ceil(taken.length * (0.5 + random()));
  const regrouped = Object.values(
    Object.groupBy(taken.flat(), () => Math.floor(random() * groups)),
  ) as number[][];
  return [...grouping.filter((_, index) => !isTaken[index]), ...regrouped];
}

/** Takes some groups apart, at random, and groups their members in the best way. */
function regroup(grouping: Grouping, score: GroupScore, mostGroups: number, random: () => number): Grouping {
  const taken = new Set<readonly number[]>();
  let count = 0;
  for (const { group } of grouping
    .map((group) => ({ group, order: random() }))
    .sort((a, b) => a.order - b.order)) {
    if (count + group.length > regroupedItems) continue;
    taken.add(group);
    count += group.length;
  }
  const items = [...taken].flat();
  const kept = grouping.filter((group) => !taken.has(group));
  const scoreOf: GroupScore = (members) => score(members.map((index) => items[index] as number));
  const found = exactSearch(count, scoreOf, mostGroups - kept.length)
    .filter((regrouped) => regrouped !== undefined)
    .sort((a, b) => totalScore(a, scoreOf) - totalScore(b, scoreOf))[0];
  return found
    ? [...kept, ...found.map((members) => members.map((index) => items[index] as number))]
    : grouping;
}

function climb(start: Grouping, score: GroupScore, mostGroups: number): Grouping {
  let grouping: Grouping = start;
  for (;;) {
    const step =
      merge(grouping, score, grouping.length > mostGroups) ??
      move(grouping, score, mostGroups) ??
      exchange(grouping, score);
    if (!step) return grouping;
    grouping = step;
  }
}

/** The merge of two groups with the largest gain; undefined if none is a gain, unless a merge is forced. */
function merge(grouping: Grouping, score: GroupScore, isForced: boolean): Grouping | undefined {
  let best = isForced ? Number.POSITIVE_INFINITY : -least;
  let step: Grouping | undefined;
  for (const [index, one] of grouping.entries()) {
    for (const other of grouping.slice(index + 1)) {
      const gain = difference(score([...one, ...other]), score(one) + score(other));
      if (gain >= best) continue;
      best = gain;
      step = [...grouping.filter((group) => group !== one && group !== other), [...one, ...other]];
    }
  }
  return step;
}

/** The first move of an item, to another group or to one of its own, that is a gain. */
function move(grouping: Grouping, score: GroupScore, mostGroups: number): Grouping | undefined {
  for (const from of grouping) {
    for (const item of from) {
      const rest = from.filter((other) => other !== item);
      const targets = [
        ...grouping.filter((group) => group !== from),
        ...(grouping.length < mostGroups ? [[]] : []),
      ];
      for (const to of targets) {
        const now = [rest, [...to, item]].filter((group) => group.length > 0);
        const before = [from, to].filter((group) => group.length > 0);
        if (difference(totalScore(now, score), totalScore(before, score)) < -least) {
          return [...grouping.filter((group) => group !== from && group !== to), ...now];
        }
      }
    }
  }
  return undefined;
}

/** The first exchange of two items that is a gain. */
function exchange(grouping: Grouping, score: GroupScore): Grouping | undefined {
  for (const [index, one] of grouping.entries()) {
    for (const other of grouping.slice(index + 1)) {
      for (const a of one) {
        for (const b of other) {
          const now = [
            [...one.filter((item) => item !== a), b],
            [...other.filter((item) => item !== b), a],
          ];
          if (difference(totalScore(now, score), score(one) + score(other)) < -least) {
            return [...grouping.filter((group) => group !== one && group !== other), ...now];
          }
        }
      }
    }
  }
  return undefined;
}

/** Zero between two infinite scores. */
function difference(now: number, before: number): number {
  return now === before ? 0 : now - before;
}
