import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readContents } from '../contents/written-contents.ts';
import type { BatchedTask, TaskOutcome } from '../task-outcome.ts';
import { type BundleSizes, checkSize, type RecordedSizes, sizesOf } from './bundle-budget.ts';

/** File with the recorded sizes, relative to the workspace root. */
export const recordFile = 'functions/bundle-sizes.json';

/** Checks built bundles against their budgets. */
export async function* checkSizes(
  workspaceRoot: string,
  tasks: readonly BatchedTask[],
): AsyncGenerator<TaskOutcome> {
  const recorded = readRecordedSizes(workspaceRoot);
  for (const { id, root } of tasks) {
    try {
      const { ok, message } = checkSize(functionNameOf(root), readSizes(workspaceRoot, root), recorded);
      yield ok ? { id, output: message } : { id, error: message };
    } catch (error) {
      yield { id, error: (error as Error).message };
    }
  }
}

/** Reads functions/bundle-sizes.json. @returns no record when the file is absent */
export function readRecordedSizes(workspaceRoot: string): RecordedSizes {
  const file = join(workspaceRoot, recordFile);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** esbuild's description of the bundle of the function in a folder. */
export function metafileOf(root: string): string {
  return `${root}/dist/meta.json`;
}

/** Reads the sizes of the bundle in a folder's `dist`, and of the files beside it. */
export function readSizes(workspaceRoot: string, root: string): BundleSizes {
  const bundle = sizesOf(JSON.parse(readFileSync(join(workspaceRoot, metafileOf(root)), 'utf8')));
  const dist = join(workspaceRoot, root, 'dist');
  const files = Object.keys(readContents(dist).files);
  const bytes = files.reduce((sum, file) => sum + statSync(join(dist, file)).size, 0);
  if (bytes === 0) return bundle;
  return { total: bundle.total + bytes, parts: { ...bundle.parts, 'files beside the bundle': bytes } };
}

/** @returns the name of the function in a folder; `functions` itself is the whole application */
function functionNameOf(root: string): string {
  return root === 'functions' ? 'app' : basename(root);
}
