import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { BatchedTask, TaskOutcome } from '../task-batch.ts';
import { type BundleSizes, checkSize, type RecordedSizes, sizesOf } from './bundle-budget.ts';

/** Relative to the workspace root. */
export const recordFile = 'tools/workspace/bundle-sizes.json';

/** Checks built bundles against their budgets. */
export async function* checkSizes(
  workspaceRoot: string,
  tasks: readonly BatchedTask[],
): AsyncGenerator<TaskOutcome> {
  const recorded: RecordedSizes = JSON.parse(readFileSync(join(workspaceRoot, recordFile), 'utf8'));
  for (const { id, root } of tasks) {
    try {
      const { ok, message } = checkSize(functionNameOf(root), readSizes(workspaceRoot, root), recorded);
      yield ok ? { id, output: message } : { id, error: message };
    } catch (error) {
      yield { id, error: (error as Error).message };
    }
  }
}

/** What is in the bundle of a folder. */
export function readSizes(workspaceRoot: string, root: string): BundleSizes {
  return sizesOf(JSON.parse(readFileSync(join(workspaceRoot, root, 'dist/meta.json'), 'utf8')));
}

/** The function's name: that of its folder; the folder of all functions is the application. */
export function functionNameOf(root: string): string {
  return root === 'functions' ? 'app' : basename(root);
}
