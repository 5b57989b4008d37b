/** How often everything is measured. */
export interface RoundsOptions {
  readonly rounds: number;
  /** Less of everything, to see that it works. */
  readonly quick: boolean;
  /** Called with what begins. */
  readonly progress: (text: string) => void;
}

/** Lets contestants take turns, so that whatever else the machine does meets all of them. */
export class Rounds {
  readonly quick: boolean;
  readonly #options: RoundsOptions;

  constructor(options: RoundsOptions) {
    this.quick = options.quick;
    this.#options = options;
  }

  /** Runs each contestant once a round, in an order that changes from round to round. */
  async each<T>(
    name: string,
    contestants: readonly T[],
    run: (contestant: T) => Promise<void>,
  ): Promise<void> {
    const { rounds, progress } = this.#options;
    for (let round = 0; round < rounds; round++) {
      progress(`${name}, round ${round + 1} of ${rounds}`);
      for (let place = 0; place < contestants.length; place++) {
        await run(contestants[(place + round) % contestants.length] as T);
      }
    }
  }

  /** Runs all contestants at the same time in each round: for what is counted, or waited for, rather than timed. */
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
