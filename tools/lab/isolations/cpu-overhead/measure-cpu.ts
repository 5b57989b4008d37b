import { runApart } from '../apart/run-apart.ts';
import type { Occupant } from '../occupants.ts';
import type { Rounds } from '../rounds.ts';
import type { MeasuredWork } from './cpu.measure.ts';

export interface MeasuredCpu {
  /** How many invocations each round had, of the handler that does nothing. */
  readonly invocations: number;
  readonly occupants: readonly (Occupant & { readonly work: readonly MeasuredWork[] })[];
}

type Program = typeof import('./cpu.measure.ts');
const program = new URL('cpu.measure.ts', import.meta.url);

export async function measureCpu(occupants: readonly Occupant[], rounds: Rounds): Promise<MeasuredCpu> {
  const invocations = rounds.quick ? 2000 : 10_000;
  const measured = occupants.map((occupant) => ({ ...occupant, work: [] as MeasuredWork[] }));
  await rounds.each('CPU overhead', measured, async ({ contestant, bundle, load, work }) => {
    const input = {
      contestant,
      toStart: { bundle },
      starts: rounds.quick ? 3 : 10,
      // An endpoint's own work is no overhead.
      invocations: load === 'nothing' ? invocations : 0,
    };
    work.push(await runApart<Program>(program, input));
  });
  return { invocations, occupants: measured };
}
