import { canMeasureTrees, treeCpuSeconds } from '@nanoservices/report/measure';
import { type Contestant, type FunctionToStart, type Started, starter } from '../contestants.ts';

export interface Work {
  readonly contestant: Contestant;
  readonly toStart: FunctionToStart;
  readonly starts: number;
  /** Invocations of the last one started, one after the other. */
  readonly invocations: number;
}

/** Wall time, and processor time, which is known on Linux only. */
export interface Time {
  readonly wallMs: number;
  readonly cpuMs?: number;
}

export interface MeasuredWork {
  readonly starts: Time;
  readonly invocations: Time;
  /** The number of each. */
  readonly counts: { readonly starts: number; readonly invocations: number };
}

/** Measures the time of host and environments together. */
export async function measure({ contestant, toStart, ...counts }: Work): Promise<MeasuredWork> {
  const start = await starter();
  // The host's own code gets hot.
  const started: Started[] = [await start(contestant, toStart)];
  const starts = await timed(async () => {
    for (let n = 0; n < counts.starts; n++) started.push(await start(contestant, toStart));
  });
  const [last] = started.splice(-1) as [Started];
  await Promise.all(started.map((one) => one.stop()));
  const invoke = async (times: number) => {
    for (let n = 0; n < times; n++) await last.invoke({});
  };
  await invoke(counts.invocations / 10);
  const invocations = await timed(() => invoke(counts.invocations));
  await last.stop();
  return { starts, invocations, counts };
}

async function timed(run: () => Promise<void>): Promise<Time> {
  const cpuBefore = canMeasureTrees ? treeCpuSeconds(process.pid) : 0;
  const startedAt = performance.now();
  await run();
  const wallMs = performance.now() - startedAt;
  if (!canMeasureTrees) return { wallMs };
  return { wallMs, cpuMs: (treeCpuSeconds(process.pid) - cpuBefore) * 1000 };
}
