import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ended, runApart } from '../apart/run-apart.ts';
import { type ProbeName, probes } from '../handlers/probe-list.ts';
import type { ProbeOutcome } from './classify.ts';
import type { Setting } from './probe.measure.ts';

export const settings: readonly Setting[] = ['process', 'thread', 'fused', 'in-process'];
const allProbes = Object.keys(probes) as ProbeName[];

export type ProbeOutcomes = Readonly<Record<ProbeName, Readonly<Record<Setting, ProbeOutcome>>>>;

/**
 * Tries every probe in every setting. A probe that may end its host gets a separate one.
 *
 * @param bundle - of `handlers/probes.ts`
 * @param addon - a native addon to load; without one, that probe is left out
 */
export async function tryProbes(bundle: string, addon: string | undefined): Promise<ProbeOutcomes> {
  // Probes leave temporary files.
  const TMPDIR = mkdtempSync(join(tmpdir(), 'probes-'));
  const toStart = { bundle, environment: { TMPDIR, ...(addon !== undefined && { PROBE_ADDON: addon }) } };
  const probeNames = allProbes.filter((name) => addon !== undefined || name !== 'a native addon (Node-API)');
  const alone = probeNames.filter((name) => 'alone' in probes[name]);
  const together = probeNames.filter((name) => !alone.includes(name));
  const table = Object.fromEntries(probeNames.map((name) => [name, {}])) as Record<
    ProbeName,
    Record<Setting, ProbeOutcome>
  >;
  for (const setting of settings) {
    for (const names of [together, ...alone.map((name) => [name])]) {
      const outcomes = await tryIn({ setting, names, toStart });
      for (const [index, name] of names.entries()) table[name][setting] = outcomes[index] as ProbeOutcome;
    }
  }
  rmSync(TMPDIR, { recursive: true });
  return table;
}

type Program = typeof import('./probe.measure.ts');

async function tryIn(input: Parameters<Program['measure']>[0]): Promise<readonly ProbeOutcome[]> {
  try {
    return await runApart<Program>(new URL('probe.measure.ts', import.meta.url), input);
  } catch (error) {
    if (!(error instanceof Ended) || input.names.length > 1) throw error;
    return ['ends everything'];
  }
}
