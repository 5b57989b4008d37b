import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Crash, crashes } from '../../testbed/crashes.ts';
import { crashFixture, type Subject } from './crash-fixture.ts';
import { type NeighbourLosses, runNeighbours } from './neighbours.ts';
import { type ServingHost, startServingHost } from './serving-host.ts';

export interface MeasuredCrash extends NeighbourLosses {
  readonly name: string;
  /** The error that the caller got, as `errorType: errorMessage`; undefined when the host ended with the function. */
  readonly error: string | undefined;
  /** The time from the end of the fatal request to the next good response of the same function. */
  readonly backAfterMs: number;
  /** True if the host was started again. */
  readonly endedTheHost: boolean;
}

/** Shorter than Lambda's 10 s, to detect too slow an init sooner. */
const initTimeoutMs = 1000;
/** The time in which neighbours are at work before and after. */
const calmMs = 100;

/** Crashes a function in each way, one after the other. */
export async function measure({ subject }: { readonly subject: Subject }): Promise<readonly MeasuredCrash[]> {
  const folder = mkdtempSync(join(tmpdir(), 'crashes-'));
  await using host = await startServingHost(initTimeoutMs);
  const measured: MeasuredCrash[] = [];
  for (const [index, crash] of crashes.entries()) {
    measured.push(await measureCrash(host, subject, crash, join(folder, String(index))));
  }
  rmSync(folder, { recursive: true });
  return measured;
}

async function measureCrash(
  host: ServingHost,
  subject: Subject,
  crash: Crash,
  folder: string,
): Promise<MeasuredCrash> {
  const fixture = crashFixture(subject, crash, folder);
  const { crashing, neighbour } = fixture;
  const restarts = host.restarts;
  for (const one of fixture.functions) host.put(one);
  const stop = runNeighbours(() => host.invoke(neighbour.functionName, neighbour.event));
  await sleep(calmMs);
  const fatal = await host.invoke(crashing.functionName, crashing.event);
  const crashedAt = performance.now();
  for (const one of fixture.repair()) host.put(one);
  while ((await host.invoke(crashing.functionName, {})).kind !== 'payload') await sleep(2);
  const backAfterMs = performance.now() - crashedAt;
  await sleep(calmMs);
  const losses = await stop();
  return {
    name: crash.name,
    error: fatal.kind === 'error' ? fatal.error.replace(/RequestId: \S+ /, '') : undefined,
    backAfterMs,
    endedTheHost: host.restarts > restarts,
    ...losses,
  };
}
