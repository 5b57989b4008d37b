export interface Measured {
  readonly name: string;
  /** One value a round. */
  readonly values: readonly number[];
}

/**
 * Times contestants in turns, so that whatever else the machine does meets all of them: in each round every contestant
 * runs one batch, in an order that changes from round to round.
 *
 * @returns microseconds per run, for each contestant and round; the first tenth of the rounds is warm-up and left out
 */
export async function interleave(
  contestants: readonly { readonly name: string; run(): Promise<unknown> }[],
  { rounds, batch }: { readonly rounds: number; readonly batch: number },
): Promise<Measured[]> {
  const values = contestants.map((): number[] => []);
  const warmUp = Math.ceil(rounds / 10);
  for (let round = 0; round < rounds + warmUp; round++) {
    for (let turn = 0; turn < contestants.length; turn++) {
      const index = (turn + round) % contestants.length;
      const startedAt = performance.now();
      for (let n = 0; n < batch; n++) await contestants[index]?.run();
      if (round >= warmUp) values[index]?.push(((performance.now() - startedAt) * 1000) / batch);
    }
  }
  return contestants.map(({ name }, index) => ({ name, values: values[index] ?? [] }));
}
