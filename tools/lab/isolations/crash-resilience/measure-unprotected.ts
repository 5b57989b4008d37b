import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deaths } from '@nanoservices/runtime/deaths';
import { Ended, runApart } from '../apart/run-apart.ts';
import { type SceneFiles, writeScene } from './dying-function.ts';
import { neighbourCount } from './neighbours.ts';
import type { Unprotected } from './unprotected.measure.ts';

type Program = typeof import('./unprotected.measure.ts');
const program = new URL('unprotected.measure.ts', import.meta.url);

/** How long an answer is waited for. */
const patienceMs = 1000;
/** A host that has said nothing by then answers nobody any more. */
const timeoutMs = 3 * patienceMs;

/** What each death does to a host that does not isolate, by its name. */
export async function measureUnprotected(): Promise<Readonly<Record<string, Unprotected>>> {
  const folder = mkdtempSync(join(tmpdir(), 'unprotected-'));
  const measured: Record<string, Unprotected> = {};
  for (const [index, death] of deaths.entries()) {
    measured[death.name] = await die(writeScene(death, join(folder, String(index))));
  }
  rmSync(folder, { recursive: true });
  return measured;
}

async function die(files: SceneFiles): Promise<Unprotected> {
  try {
    return await runApart<Program>(program, { files, patienceMs }, { timeoutMs });
  } catch (error) {
    if (!(error instanceof Ended)) throw error;
    // Each of them was waiting for an answer.
    return { told: undefined, lost: neighbourCount };
  }
}
