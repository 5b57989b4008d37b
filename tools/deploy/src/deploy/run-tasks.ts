import { Listr } from 'listr2';

/** A step of a deployment. */
export interface Task<Result> {
  readonly name: string;
  /** @param say - called with each step */
  run(say: (text: string) => void): Promise<Result>;
}

export interface RunOptions {
  /** Number of tasks that run at once. */
  readonly concurrency: number;
  /**
   * Output while tasks run:
   * - `lines`: a line for each step
   * - `terminal`: all tasks with their current steps
   * - `none`
   */
  readonly progress: 'lines' | 'terminal' | 'none';
}

/** The result or the error of a task. */
export type Outcome<Result> = { readonly name: string; readonly durationMs: number } & (
  | { readonly result: Result }
  | { readonly error: unknown }
);

/** Runs tasks concurrently. A failure does not stop the others. */
export async function runTasks<Result>(
  tasks: readonly Task<Result>[],
  { concurrency, progress }: RunOptions,
): Promise<Outcome<Result>[]> {
  const outcomes: Outcome<Result>[] = [];
  const list = new Listr(
    tasks.map(({ name, run }) => ({
      title: name,
      task: async (_, shown): Promise<void> => {
        const startedAt = performance.now();
        const took = () => Math.round(performance.now() - startedAt);
        const say = (text: string) => {
          if (progress === 'lines') console.log(`${name}: ${text}`);
          else shown.output = text;
        };
        try {
          outcomes.push({ name, result: await run(say), durationMs: took() });
        } catch (error) {
          outcomes.push({ name, error, durationMs: took() });
          throw error;
        }
      },
    })),
    {
      concurrent: concurrency,
      exitOnError: false,
      renderer: progress === 'terminal' ? 'default' : 'silent',
      // Failures are reported from the outcomes.
      rendererOptions: { showErrorMessage: false, collapseErrors: false },
    },
  );
  await list.run();
  return outcomes;
}
