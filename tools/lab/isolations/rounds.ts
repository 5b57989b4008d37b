import { roundOf } from '../testbed/turns.ts';

/** The extent of the measurements. */
export interface RoundsOptions {
  readonly rounds: number;
  /** True for a short run that only shows that everything works. */
  readonly quick: boolean;
  /** Called at the beginning of each measurement, with its name. */
  readonly progress: (text: string) => void;
}

/** Runs contestants in rounds. */
export class Rounds {
  readonly quick: boolean;
  readonly #options: RoundsOptions;

  constructor(options: RoundsOptions) {
    this.quick = options.quick;
    this.#options = options;
  }

  /** Lets contestants take turns; see {@link roundOf}. */
  async each<T>(
    name: string,
    contestants: readonly T[],
    run: (contestant: T) => Promise<void>,
  ): Promise<void> {
    const { rounds, progress } = this.#options;
    for (let round = 0; round < rounds; round++) {
      progress(`${name}, round ${round + 1} of ${rounds}`);
      for (const { contestant } of roundOf(contestants, round)) await run(contestant);
    }
  }

  /** Runs all contestants at the same time in each round: for measurements that count or wait rather than time. */
  async together<T>(
    name: string,
    contestants: readonly T[],
    run: (contestant: T) => Promise<void>,
  ): Promise<void> {
    await this.each(name, [contestants], async (all) => {
      await Promise.all(all.map(run));
    });
  }
}
