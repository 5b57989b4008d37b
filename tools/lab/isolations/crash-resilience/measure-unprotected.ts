import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { crashes } from '../../testbed/crashes.ts';
import { Ended, runApart } from '../apart/run-apart.ts';
import { type CrashFiles, writeCrashFiles } from './crash-fixture.ts';
import { neighbourCount } from './neighbours.ts';
import type { Unprotected } from './unprotected.measure.ts';

type Program = typeof import('./unprotected.measure.ts');
const program = new URL('unprotected.measure.ts', import.meta.url);

/** The time limit of a response. */
const patienceMs = 1000;
/** A host without an outcome by then hangs. */
const timeoutMs = 3 * patienceMs;

/** The effect of each crash on a host without isolation, by the crash's name. */
export async function measureUnprotected(): Promise<Readonly<Record<string, Unprotected>>> {
  const folder = mkdtempSync(join(tmpdir(), 'unprotected-'));
  const measured: Record<string, Unprotected> = {};
  for (const [index, crash] of crashes.entries()) {
    measured[crash.name] = await measureFiles(writeCrashFiles(crash, join(folder, String(index))));
  }
  rmSync(folder, { recursive: true });
  return measured;
}

async function measureFiles(files: CrashFiles): Promise<Unprotected> {
  try {
    return await runApart<Program>(program, { files, patienceMs }, { timeoutMs });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    // Each neighbour was waiting for a response.
    return { error: undefined, lost: neighbourCount };
  }
}
