import { globSync } from 'node:fs';
import { join } from 'node:path';
import { canMeasureTrees } from '@nanoservices/runtime/process-tree';
import { buildBundles } from './bundles.ts';
import { type MeasuredCommunication, measureCommunication } from './communication/measure-communication.ts';
import { type MeasuredCpu, measureCpu } from './cpu-overhead/measure-cpu.ts';
import { type MeasuredDeaths, measureDeaths } from './crash-resilience/measure-deaths.ts';
import { type ProbeOutcomes, tryProbes } from './development/try-probes.ts';
import { type MeasuredMemory, measureMemory } from './memory-overhead/measure-memory.ts';
import { type MeasuredUsage, measureUsage } from './memory-usage/measure-usage.ts';
import { occupantsOf } from './occupants.ts';
import { Rounds, type RoundsOptions } from './rounds.ts';

/** All that is known of the isolations. What only Linux tells is absent elsewhere. */
export interface MeasuredIsolations {
  readonly development: ProbeOutcomes;
  readonly memory?: MeasuredMemory;
  readonly cpu: MeasuredCpu;
  readonly communication: MeasuredCommunication;
  readonly deaths: MeasuredDeaths;
  readonly usage?: MeasuredUsage;
}

export interface MeasureOptions extends RoundsOptions {
  readonly workspaceRoot: string;
  /** Of the workspace, to measure as a real function. */
  readonly endpoint?: string | undefined;
}

/** Measures one attribute after the other, so that none disturbs another. */
export async function measureIsolations(options: MeasureOptions): Promise<MeasuredIsolations> {
  const { workspaceRoot, endpoint, progress } = options;
  const rounds = new Rounds(options);
  using bundles = await buildBundles(workspaceRoot, endpoint);
  const occupants = occupantsOf(bundles);
  progress('development');
  const development = await tryProbes(bundles.own('probes'), someAddon(workspaceRoot));
  const memory = canMeasureTrees && { memory: await measureMemory(occupants, rounds) };
  const cpu = await measureCpu(occupants, rounds);
  const communication = await measureCommunication(bundles, options);
  const deaths = await measureDeaths(rounds);
  const usage = canMeasureTrees && { usage: await measureUsage(bundles, rounds) };
  return { development, ...memory, cpu, communication, deaths, ...usage };
}

/** A native addon for this machine. Nx has one. */
function someAddon(workspaceRoot: string): string | undefined {
  const [addon] = globSync('node_modules/@nx/nx-*/*.node', { cwd: workspaceRoot });
  return addon && join(workspaceRoot, addon);
}
