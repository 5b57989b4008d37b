import { turns } from '../testbed/turns.ts';

export interface Measured {
  readonly name: string;
  /** One value per round. */
  readonly values: readonly number[];
}

/**
 * Times contestants that take turns; each runs one batch per round.
 *
 * @returns microseconds per run, for each contestant and round; the first tenth of the rounds is warm-up and left out
 */
export async function interleave(
  contestants: readonly { readonly name: string; run(): Promise<unknown> }[],
  { rounds, batch }: { readonly rounds: number; readonly batch: number },
): Promise<Measured[]> {
  const values = contestants.map((): number[] => []);
  const warmUp = Math.ceil(rounds / 10);
  for (const { contestant, index, round } of turns(contestants, rounds + warmUp)) {
    const startedAt = performance.now();
    for (let n = 0; n < batch; n++) await contestant.run();
    if (round >= warmUp) values[index]?.push(((performance.now() - startedAt) * 1000) / batch);
  }
  return contestants.map(({ name }, index) => ({ name, values: values[index] ?? [] }));
}
