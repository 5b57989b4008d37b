import { type Grouping, type GroupScore, totalScore } from './grouping.ts';
import { seededRandom } from './seeded-random.ts';

/** How many groupings the search begins with, beside the extremes and those it is given. */
const randomStarts = 12;
/** How often the best so far is shaken. */
const shakes = 60;
/** Above so many things each climb takes long, and only the given beginnings are tried. */
const manyThings = 40;
/** Differences below are rounding. */
const least = 1e-12;

/**
 * A good grouping of more things than can be searched exactly: climbs from several beginnings, each step the merging of
 * two groups, the move of one thing, or the exchange of two, while that makes it better; then deals the members of some
 * groups of the best anew, and climbs again. The same each time.
 *
 * @param starts - groupings to begin with, such as those in use
 * @param isBrief - whether to begin with these only, and to leave it at that
 * @returns undefined when none is found within the limits
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
    // In one order: what is added up in another differs in its last digits.
    const sorted = members.toSorted((a, b) => a - b);
    const key = sorted.join();
    const found = known.get(key) ?? score(sorted);
    known.set(key, found);
    return found;
  };
  const all = Array.from({ length: count }, (_, thing) => thing);
  const random = seededRandom(1);
  const randomly = () => {
    const groups = 1 + Math.floor(random() * count);
    return Object.values(Object.groupBy(all, () => Math.floor(random() * groups))) as number[][];
  };
  const isThorough = !isBrief && count <= manyThings;
  const beginnings = [
    ...(isBrief ? [] : [all.map((thing) => [thing]), [all]]),
    ...starts,
    ...(isThorough ? Array.from({ length: randomStarts }, randomly) : []),
  ];
  const climbed = (start: Grouping) => climb(start, remembered, mostGroups);
  const isAllowed = (grouping: Grouping) =>
    grouping.length <= mostGroups && Number.isFinite(totalScore(grouping, remembered));
  let [best] = beginnings
    .map(climbed)
    .filter(isAllowed)
    .sort((a, b) => totalScore(a, remembered) - totalScore(b, remembered));
  for (let shake = 0; best && isThorough && shake < shakes; shake++) {
    const other = climbed(dealAgain(best, random));
    const isBetter = totalScore(other, remembered) < totalScore(best, remembered) - least;
    if (isAllowed(other) && isBetter) best = other;
  }
  return best?.map((members) => members.toSorted((a, b) => a - b));
}

/** Takes about half of the groups apart, and makes about as many of their members at random. */
function dealAgain(grouping: Grouping, random: () => number): Grouping {
  const isTaken = grouping.map(() => random() < 0.5);
  const taken = grouping.filter((_, index) => isTaken[index]);
  const hands = Math.ceil(taken.length * (0.5 + random()));
  const dealt = Object.values(Object.groupBy(taken.flat(), () => Math.floor(random() * hands))) as number[][];
  return [...grouping.filter((_, index) => !isTaken[index]), ...dealt];
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

/** The best merging of two groups, if it is better than none, or must be. */
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

/** The first move of one thing, to another group or out of its own, that is better. */
function move(grouping: Grouping, score: GroupScore, mostGroups: number): Grouping | undefined {
  for (const from of grouping) {
    for (const thing of from) {
      const rest = from.filter((other) => other !== thing);
      const targets = [
        ...grouping.filter((group) => group !== from),
        ...(grouping.length < mostGroups ? [[]] : []),
      ];
      for (const to of targets) {
        const now = [rest, [...to, thing]].filter((group) => group.length > 0);
        const before = [from, to].filter((group) => group.length > 0);
        if (difference(totalScore(now, score), totalScore(before, score)) < -least) {
          return [...grouping.filter((group) => group !== from && group !== to), ...now];
        }
      }
    }
  }
  return undefined;
}

function exchange(grouping: Grouping, score: GroupScore): Grouping | undefined {
  for (const [index, one] of grouping.entries()) {
    for (const other of grouping.slice(index + 1)) {
      for (const a of one) {
        for (const b of other) {
          const now = [
            [...one.filter((thing) => thing !== a), b],
            [...other.filter((thing) => thing !== b), a],
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

/** Two things that must not be are the same. */
function difference(now: number, before: number): number {
  return now === before ? 0 : now - before;
}
