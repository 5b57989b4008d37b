import { runApart } from '../apart/run-apart.ts';
import type { Rounds } from '../rounds.ts';
import type { MeasuredCrash } from './crash.measure.ts';
import { type Subject, subjects } from './crash-fixture.ts';
import { measureUnprotected } from './measure-unprotected.ts';
import type { Unprotected } from './unprotected.measure.ts';

/** All crashes by subject and round; and, measured once, their effect on a host without isolation. */
export type MeasuredCrashes = Readonly<Record<Subject, readonly (readonly MeasuredCrash[])[]>> & {
  readonly unprotected: Readonly<Record<string, Unprotected>>;
};

type Program = typeof import('./crash.measure.ts');
const program = new URL('crash.measure.ts', import.meta.url);

/** All subjects crash at the same time: most of it is waiting. */
export async function measureCrashes(rounds: Rounds): Promise<MeasuredCrashes> {
  const measured: Record<Subject, (readonly MeasuredCrash[])[]> = { process: [], thread: [], fused: [] };
  await rounds.together('crash resilience', subjects, async (subject) => {
    measured[subject].push(await runApart<Program>(program, { subject }));
  });
  return { ...measured, unprotected: await measureUnprotected() };
}
