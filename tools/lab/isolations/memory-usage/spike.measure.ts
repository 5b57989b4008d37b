import { setTimeout as sleep } from 'node:timers/promises';
import { treeMemoryMb } from '@nanoservices/report/measure';
import { type Contestant, type Started, starter } from '../contestants.ts';
import type { Spike } from '../handlers/spike.ts';

export interface SpikeToHave {
  readonly contestant: Contestant;
  readonly bundle: string;
  readonly kind: Spike['kind'];
  readonly megabytes: number;
  readonly idleMs: number;
  /** The time from the end of the environment to the last look at memory. */
  readonly lateMs: number;
}

/** The moments at which memory is measured, in their order. */
export const moments = ['before', 'peak', 'soon', 'idle', 'used', 'ended', 'late'] as const;
export type Moment = (typeof moments)[number];

/** The time from the spike to the moment `soon`. */
export const soonMs = 1000;
export const smallInvocations = 50;
/** The time from the environment's end to the moment `ended`. */
export const endedMs = 500;

/** Longer than the interval at which the peak is looked for. */
const holdMs = 300;
const lookMs = 50;
/** Enough for the spike twice: while V8 moves objects, they are there twice. */
const memorySizeFor = (megabytes: number) => megabytes * 3 + 256;

/** Megabytes of host and environment beyond the host alone, at each moment. */
export async function measure({
  contestant,
  bundle,
  kind,
  megabytes,
  idleMs,
  lateMs,
}: SpikeToHave): Promise<Record<Moment, number>> {
  const start = await starter();
  await sleep(lookMs);
  const host = treeMemoryMb(process.pid);
  const now = () => treeMemoryMb(process.pid) - host;
  const started = await start(contestant, { bundle, memorySize: memorySizeFor(megabytes) });
  const small = { kind, megabytes: 1, holdMs: 0 };
  await started.invoke(small);

  const before = now();
  const peak = await peakDuring(started, { kind, megabytes, holdMs }, now);
  await sleep(soonMs);
  const soon = now();
  await sleep(idleMs);
  const idle = now();
  for (let n = 0; n < smallInvocations; n++) await started.invoke(small);
  const used = now();
  await started.stop();
  await sleep(endedMs);
  const ended = now();
  await sleep(lateMs);
  return { before, peak, soon, idle, used, ended, late: now() };
}

async function peakDuring(started: Started, spike: Spike, now: () => number): Promise<number> {
  let peak = 0;
  const look = setInterval(() => {
    peak = Math.max(peak, now());
  }, lookMs);
  await started.invoke(spike);
  clearInterval(look);
  return peak;
}
