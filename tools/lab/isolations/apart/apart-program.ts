/** The process that {@link runApart} starts. */
import type { Assignment, Measurement, Outcome } from './run-apart.ts';

process.once('message', async ({ module, input }: Assignment) => {
  tell(await measured(module, input));
});
// The parent has ended.
process.on('disconnect', () => process.exit(1));

async function measured(module: string, input: unknown): Promise<Outcome> {
  try {
    const { measure } = (await import(module)) as Measurement;
    return { result: await measure(input as never) };
  } catch (error) {
    return { error: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

function tell(outcome: Outcome): void {
  process.send?.(outcome);
}
