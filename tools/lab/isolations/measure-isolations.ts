import { globSync } from 'node:fs';
import { join } from 'node:path';
import { canMeasureTrees } from '@nanoservices/report/measure';
import { buildBundles } from './bundles.ts';
import { type MeasuredCommunication, measureCommunication } from './communication/measure-communication.ts';
import { type MeasuredCpu, measureCpu } from './cpu-overhead/measure-cpu.ts';
import { type MeasuredCrashes, measureCrashes } from './crash-resilience/measure-crashes.ts';
import { type ProbeOutcomes, tryProbes } from './development/try-probes.ts';
import { loadCasesOf } from './load-cases.ts';
import { type MeasuredMemory, measureMemory } from './memory-overhead/measure-memory.ts';
import { type MeasuredUsage, measureUsage } from './memory-usage/measure-usage.ts';
import { Rounds, type RoundsOptions } from './rounds.ts';

/** All measurements of the isolations. Memory is measured on Linux only. */
export interface MeasuredIsolations {
  readonly development: ProbeOutcomes;
  readonly memory?: MeasuredMemory;
  readonly cpu: MeasuredCpu;
  readonly communication: MeasuredCommunication;
  readonly crashes: MeasuredCrashes;
  readonly usage?: MeasuredUsage;
}

export interface MeasureOptions extends RoundsOptions {
  readonly workspaceRoot: string;
  /** The endpoint of the workspace that is measured as a real function. */
  readonly endpoint?: string | undefined;
}

/** Measures one attribute after the other, so that none disturbs another. */
export async function measureIsolations(options: MeasureOptions): Promise<MeasuredIsolations> {
  const { workspaceRoot, endpoint, progress } = options;
  const rounds = new Rounds(options);
  using bundles = await buildBundles(workspaceRoot, endpoint);
  const cases = loadCasesOf(bundles);
  progress('development');
  const development = await tryProbes(bundles.own('probes'), someAddon(workspaceRoot));
  const memory = canMeasureTrees && { memory: await measureMemory(cases, rounds) };
  const cpu = await measureCpu(cases, rounds);
  const communication = await measureCommunication(bundles, options);
  const crashes = await measureCrashes(rounds);
  const usage = canMeasureTrees && { usage: await measureUsage(bundles, rounds) };
  return { development, ...memory, cpu, communication, crashes, ...usage };
}

/** A native addon for this machine. Nx has one. */
function someAddon(workspaceRoot: string): string | undefined {
  const [addon] = globSync('node_modules/@nx/nx-*/*.node', { cwd: workspaceRoot });
  return addon && join(workspaceRoot, addon);
}
