import { runApart } from '../apart/run-apart.ts';
import type { Occupant } from '../occupants.ts';
import type { Rounds } from '../rounds.ts';

export interface MeasuredMemory {
  /** How many environments there were. */
  readonly counts: readonly number[];
  readonly occupants: readonly (Occupant & {
    /** Of each round: megabytes of host and environments, for each of the counts. */
    readonly megabytes: readonly (readonly number[])[];
  })[];
}

type Program = typeof import('./environments.measure.ts');
const program = new URL('environments.measure.ts', import.meta.url);

/** Each occupant has a host of its own in each round. */
export async function measureMemory(occupants: readonly Occupant[], rounds: Rounds): Promise<MeasuredMemory> {
  const counts = rounds.quick ? [0, 1, 4] : [0, 1, 5, 20];
  const measured = occupants.map((occupant) => ({ ...occupant, megabytes: [] as (readonly number[])[] }));
  await rounds.each('memory overhead', measured, async ({ contestant, bundle, megabytes }) => {
    const input = { contestant, toStart: { bundle }, counts, settleMs: 150 };
    megabytes.push(await runApart<Program>(program, input));
  });
  return { counts, occupants: measured };
}
