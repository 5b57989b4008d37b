import { runApart } from '../apart/run-apart.ts';
import type { Bundles } from '../bundles.ts';
import { type Contestant, contestants } from '../contestants.ts';
import type { Rounds } from '../rounds.ts';
import type { Moment } from './spike.measure.ts';

export interface MeasuredSpike {
  readonly contestant: Contestant;
  readonly kind: 'buffers' | 'objects';
  readonly rounds: readonly Readonly<Record<Moment, number>>[];
}

export interface MeasuredChurn {
  readonly contestant: Contestant;
  /** Megabytes, by round and look. */
  readonly rounds: readonly (readonly number[])[];
}

export interface MeasuredUsage {
  readonly settings: { readonly megabytes: number; readonly idleMs: number; readonly lateMs: number };
  readonly spikes: readonly MeasuredSpike[];
  /** The number of invocations between two looks at memory. */
  readonly every: number;
  readonly churns: readonly MeasuredChurn[];
}

type SpikeProgram = typeof import('./spike.measure.ts');
type ChurnProgram = typeof import('./churn.measure.ts');
const spikeProgram = new URL('spike.measure.ts', import.meta.url);
const churnProgram = new URL('churn.measure.ts', import.meta.url);

/** Contestants are measured at the same time: memory is measured, not time, and most of it is waiting. */
export async function measureUsage(bundles: Bundles, rounds: Rounds): Promise<MeasuredUsage> {
  // V8 keeps the pages of a thread that has ended for some seconds.
  const settings = rounds.quick
    ? { megabytes: 100, idleMs: 500, lateMs: 1000 }
    : { megabytes: 500, idleMs: 2000, lateMs: 10_000 };
  const spikes = (['buffers', 'objects'] as const).flatMap((kind) =>
    contestants.map((contestant) => ({ contestant, kind, rounds: [] as Record<Moment, number>[] })),
  );
  await rounds.together('memory usage: a spike', spikes, async ({ contestant, kind, rounds: values }) => {
    const input = { contestant, kind, bundle: bundles.own('spike'), ...settings };
    values.push(await runApart<SpikeProgram>(spikeProgram, input));
  });
  const every = rounds.quick ? 20 : 50;
  const churns = contestants.map((contestant) => ({ contestant, rounds: [] as (readonly number[])[] }));
  await rounds.together('memory usage: fragmentation', churns, async ({ contestant, rounds: values }) => {
    const input = { contestant, bundle: bundles.own('churn'), invocations: every * 16, every };
    values.push(await runApart<ChurnProgram>(churnProgram, input));
  });
  return { settings, spikes, every, churns };
}
