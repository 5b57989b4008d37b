/** A contestant's turn. */
export interface Turn<Contestant> {
  readonly contestant: Contestant;
  /** Its place among the contestants. */
  readonly index: number;
  /** Zero-based. */
  readonly round: number;
}

/**
 * Lets contestants take turns, so that whatever else the machine does meets all of them: in each round every contestant
 * has one turn, in an order that changes from round to round.
 */
export function* turns<Contestant>(
  contestants: readonly Contestant[],
  rounds: number,
): Generator<Turn<Contestant>> {
  for (let round = 0; round < rounds; round++) yield* roundOf(contestants, round);
}

/** The turns of one round; see {@link turns}. */
export function roundOf<Contestant>(
  contestants: readonly Contestant[],
  round: number,
): readonly Turn<Contestant>[] {
  return contestants.map((_, place) => {
    const index = (place + round) % contestants.length;
    return { contestant: contestants[index] as Contestant, index, round };
  });
}
