import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Death, deaths } from '@nanoservices/runtime/deaths';
import { type Cast, sceneOf } from './dying-function.ts';
import { letNeighboursAsk, type NeighboursFate } from './neighbours.ts';
import { type ServingHost, startServingHost } from './serving-host.ts';

export interface MeasuredDeath extends NeighboursFate {
  readonly name: string;
  /** What the caller was told, as `errorType: errorMessage`; nothing when the host died with the function. */
  readonly told: string | undefined;
  /** From the end of the fatal request to the next good answer of the same function. */
  readonly backAfterMs: number;
  /** Whether the host was started again. */
  readonly endedTheHost: boolean;
}

/** Shorter than Lambda's 10 s, so that too slow an init is known sooner. */
const initTimeoutMs = 1000;
/** So that neighbours are at work before, and are seen to be afterwards. */
const calmMs = 100;

/** Lets a function die in each way, one after the other. */
export async function measure({ cast }: { readonly cast: Cast }): Promise<readonly MeasuredDeath[]> {
  const folder = mkdtempSync(join(tmpdir(), 'deaths-'));
  await using host = await startServingHost(initTimeoutMs);
  const measured: MeasuredDeath[] = [];
  for (const [index, death] of deaths.entries()) {
    measured.push(await die(host, cast, death, join(folder, String(index))));
  }
  rmSync(folder, { recursive: true });
  return measured;
}

async function die(host: ServingHost, cast: Cast, death: Death, folder: string): Promise<MeasuredDeath> {
  const scene = sceneOf(cast, death, folder);
  const { mortal, neighbour } = scene;
  const restarts = host.restarts;
  for (const one of scene.functions) host.put(one);
  const stop = letNeighboursAsk(() => host.invoke(neighbour.functionName, neighbour.event));
  await sleep(calmMs);
  const last = await host.invoke(mortal.functionName, mortal.event);
  const diedAt = performance.now();
  for (const one of scene.heal()) host.put(one);
  while ((await host.invoke(mortal.functionName, {})).kind !== 'answer') await sleep(2);
  const backAfterMs = performance.now() - diedAt;
  await sleep(calmMs);
  const fate = await stop();
  return {
    name: death.name,
    told: last.kind === 'error' ? last.error.replace(/RequestId: \S+ /, '') : undefined,
    backAfterMs,
    endedTheHost: host.restarts > restarts,
    ...fate,
  };
}
