import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { readFolders, readLayout, readManifest } from '@nanoservices/model';
import { addIncludedFiles } from '../contents/included-files.ts';
import { ShippedFiles } from '../contents/shipped-files.ts';
import { readContents } from '../contents/written-contents.ts';
import type { BatchedTask, TaskOutcome } from '../task-outcome.ts';
import { type BundleSizes, checkSize, checkUnitSize, sizesOf } from './bundle-budget.ts';

/** Checks built bundles against their budgets. */
export async function* checkSizes(
  workspaceRoot: string,
  tasks: readonly BatchedTask[],
): AsyncGenerator<TaskOutcome> {
  for (const { id, root } of tasks) {
    try {
      const { ok, message } = checkFunction(workspaceRoot, root);
      yield ok ? { id, output: message } : { id, error: message };
    } catch (error) {
      yield { id, error: (error as Error).message };
    }
  }
}

function checkFunction(workspaceRoot: string, root: string): { ok: boolean; message: string } {
  if (root.split('/').length === 3) {
    return checkSize(basename(root), readSizes(workspaceRoot, root), readRecord(workspaceRoot, root));
  }
  // Its endpoints have no budget for files that only the unit ships. Lambda's limit counts them.
  const now = readSizes(workspaceRoot, root, ownFiles(workspaceRoot, root));
  const unit = readLayout(workspaceRoot).units.find((one) => one.root === root);
  const records = unit?.endpoints.map((one) => readRecord(workspaceRoot, one.root)) ?? [];
  return checkUnitSize(unit?.name ?? root, now, records);
}

/** @returns paths beside the bundle of the files that a unit's own package.json ships */
function ownFiles(workspaceRoot: string, root: string): Set<string> {
  const files = new ShippedFiles();
  const globs = readManifest(workspaceRoot, root).lambda?.include ?? [];
  addIncludedFiles(workspaceRoot, [{ root, globs }], files);
  return new Set(files.entries().map(([path]) => path));
}

/** File with the accepted sizes of the endpoint in a folder. */
export function recordOf(root: string): string {
  return `${root}/bundle-size.json`;
}

/** Reads the accepted sizes of an endpoint. @returns undefined when there are none */
function readRecord(workspaceRoot: string, root: string): BundleSizes | undefined {
  const file = join(workspaceRoot, recordOf(root));
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}

/** esbuild's description of the bundle of the function in a folder. */
export function metafileOf(root: string): string {
  return `${root}/dist/meta.json`;
}

/**
 * Reads the sizes of the bundle in a folder's `dist`, and of the files beside it.
 *
 * @param without - paths of files beside the bundle that do not count
 */
export function readSizes(
  workspaceRoot: string,
  root: string,
  without: ReadonlySet<string> = new Set(),
): BundleSizes {
  const bundle = sizesOf(
    JSON.parse(readFileSync(join(workspaceRoot, metafileOf(root)), 'utf8')),
    readFolders(workspaceRoot),
  );
  const dist = join(workspaceRoot, root, 'dist');
  const files = Object.keys(readContents(dist).files).filter((file) => !without.has(file));
  const bytes = files.reduce((sum, file) => sum + statSync(join(dist, file)).size, 0);
  if (bytes === 0) return bundle;
  return { total: bundle.total + bytes, parts: { ...bundle.parts, 'files beside the bundle': bytes } };
}
