import { runApart } from '../apart/run-apart.ts';
import type { Rounds } from '../rounds.ts';
import type { MeasuredDeath } from './deaths.measure.ts';
import { type Cast, casts } from './dying-function.ts';
import { measureUnprotected } from './measure-unprotected.ts';
import type { Unprotected } from './unprotected.measure.ts';

/** Of each cast, of each round: all deaths. And, once, what they do to a host without isolation. */
export type MeasuredDeaths = Readonly<Record<Cast, readonly (readonly MeasuredDeath[])[]>> & {
  readonly unprotected: Readonly<Record<string, Unprotected>>;
};

type Program = typeof import('./deaths.measure.ts');
const program = new URL('deaths.measure.ts', import.meta.url);

/** All casts die at the same time: most of it is waiting. */
export async function measureDeaths(rounds: Rounds): Promise<MeasuredDeaths> {
  const measured: Record<Cast, (readonly MeasuredDeath[])[]> = { process: [], thread: [], fused: [] };
  await rounds.together('crash resilience', casts, async (cast) => {
    measured[cast].push(await runApart<Program>(program, { cast }));
  });
  return { ...measured, unprotected: await measureUnprotected() };
}
