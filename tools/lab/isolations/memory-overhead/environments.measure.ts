import { setTimeout as sleep } from 'node:timers/promises';
import { treeMemoryMb } from '@nanoservices/report/measure';
import { type Contestant, type FunctionToStart, type Started, starter } from '../contestants.ts';

export interface EnvironmentsToStart {
  readonly contestant: Contestant;
  readonly toStart: FunctionToStart;
  /** The numbers of environments, in ascending order. */
  readonly counts: readonly number[];
  /** The pause after a start, for its allocations and garbage. */
  readonly settleMs: number;
}

/** Megabytes of the host and its environments, for each of the counts. */
export async function measure({
  contestant,
  toStart,
  counts,
  settleMs,
}: EnvironmentsToStart): Promise<readonly number[]> {
  const start = await starter();
  const started: Started[] = [];
  const megabytes: number[] = [];
  for (const count of counts) {
    const missing = Array.from({ length: count - started.length }, () => start(contestant, toStart));
    started.push(...(await Promise.all(missing)));
    await sleep(settleMs);
    megabytes.push(treeMemoryMb(process.pid));
  }
  await Promise.all(started.map((one) => one.stop()));
  return megabytes;
}
