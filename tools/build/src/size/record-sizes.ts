import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BundleSizes } from './bundle-budget.ts';
import { metafileOf, readRecordedSizes, readSizes, recordFile } from './check-sizes.ts';

/** Outcome of a recording. */
export interface SizesRecorded {
  /** File with the records, relative to the workspace root. */
  readonly file: string;
  /** Names of the functions whose present size is recorded now. */
  readonly recorded: readonly string[];
  /** Names of the functions that are not built: their records stay as they are. */
  readonly kept: readonly string[];
}

/**
 * Records the present sizes of all bundles. A function that is not built keeps its record. The record of a function that
 * no longer exists is dropped.
 *
 * @param functions - all endpoints and units
 */
export function recordSizes(
  workspaceRoot: string,
  functions: readonly { readonly name: string; readonly root: string }[],
): SizesRecorded {
  const before = readRecordedSizes(workspaceRoot);
  const sizes: Record<string, BundleSizes> = {};
  const recorded: string[] = [];
  const kept: string[] = [];
  for (const { name, root } of functions.toSorted((a, b) => (a.root < b.root ? -1 : 1))) {
    if (existsSync(join(workspaceRoot, metafileOf(root)))) {
      sizes[name] = readSizes(workspaceRoot, root);
      recorded.push(name);
    } else if (before[name]) {
      sizes[name] = before[name];
      kept.push(name);
    }
  }
  writeFileSync(join(workspaceRoot, recordFile), `${JSON.stringify(sizes, null, 2)}\n`);
  return { file: recordFile, recorded, kept };
}
