import { runApart } from '../apart/run-apart.ts';
import type { LoadCase } from '../load-cases.ts';
import type { Rounds } from '../rounds.ts';
import type { MeasuredWork } from './cpu.measure.ts';

export interface MeasuredCpu {
  /** Invocations of the handler that does nothing, in each round. */
  readonly invocations: number;
  readonly cases: readonly (LoadCase & { readonly work: readonly MeasuredWork[] })[];
}

type Program = typeof import('./cpu.measure.ts');
const program = new URL('cpu.measure.ts', import.meta.url);

export async function measureCpu(cases: readonly LoadCase[], rounds: Rounds): Promise<MeasuredCpu> {
  const invocations = rounds.quick ? 2000 : 10_000;
  const measured = cases.map((one) => ({ ...one, work: [] as MeasuredWork[] }));
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
  return { invocations, cases: measured };
}
