import { runApart } from '../apart/run-apart.ts';
import type { LoadCase } from '../load-cases.ts';
import type { Rounds } from '../rounds.ts';

export interface MeasuredMemory {
  /** The numbers of environments at which memory is measured. */
  readonly counts: readonly number[];
  readonly cases: readonly (LoadCase & {
    /** Megabytes of host and environments, by round and count. */
    readonly megabytes: readonly (readonly number[])[];
  })[];
}

type Program = typeof import('./environments.measure.ts');
const program = new URL('environments.measure.ts', import.meta.url);

/** Each load case has a separate host in each round. */
export async function measureMemory(cases: readonly LoadCase[], rounds: Rounds): Promise<MeasuredMemory> {
  const counts = rounds.quick ? [0, 1, 4] : [0, 1, 5, 20];
  const measured = cases.map((one) => ({ ...one, megabytes: [] as (readonly number[])[] }));
  await rounds.each('memory overhead', measured, async ({ contestant, bundle, megabytes }) => {
    const input = { contestant, toStart: { bundle }, counts, settleMs: 150 };
    megabytes.push(await runApart<Program>(program, input));
  });
  return { counts, cases: measured };
}
