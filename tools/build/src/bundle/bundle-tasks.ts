import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { formatMessages } from 'esbuild';
import { findEndpoints, readUnit } from '../topology.ts';
import { UsageError } from '../usage-error.ts';
import { type BundleEntry, bundleEntries } from './bundle-entries.ts';
import { writeUnitEntry } from './write-unit-entry.ts';

/** An endpoint or a unit that is to be bundled. */
export interface BundleTask {
  readonly kind: 'endpoint' | 'unit';
  /** The folder, relative to the workspace root. */
  readonly root: string;
}

/** What became of a task; without an error, its bundle is in its folder `dist`. */
export interface TaskBundled<Task extends BundleTask> {
  readonly task: Task;
  readonly error?: string;
}

/**
 * Bundles endpoints and units in one process; one that fails does not stop the others.
 *
 * @returns what became of each of them, as soon as it is known
 */
export async function* bundleTasks<Task extends BundleTask>(
  workspaceRoot: string,
  tasks: readonly Task[],
): AsyncGenerator<TaskBundled<Task>> {
  const endpoints = findEndpoints(workspaceRoot);
  const entries: (BundleEntry & { readonly task: Task })[] = [];
  for (const task of tasks) {
    const dist = `${task.root}/dist`;
    rmSync(join(workspaceRoot, dist), { recursive: true, force: true });
    if (task.kind === 'endpoint') {
      entries.push({ task, dist, file: `${task.root}/src/handler.ts` });
      continue;
    }
    const file = `${dist}/entry.ts`;
    try {
      const manifest = `${task.root}/package.json`;
      const [unit] = readUnit(workspaceRoot, manifest, endpoints);
      if (!unit) throw new UsageError(`${manifest} declares no "unit".`);
      await writeUnitEntry(workspaceRoot, unit, file);
      entries.push({ task, dist, file });
    } catch (error) {
      yield { task, error: messageOf(error) };
    }
  }
  for await (const { entry, errors } of bundleEntries(workspaceRoot, entries)) {
    const { task, dist } = entry;
    if (errors.length > 0) {
      yield { task, error: (await formatMessages([...errors], { kind: 'error' })).join('') };
      continue;
    }
    // As @nx/esbuild does.
    const manifest = join(workspaceRoot, task.root, 'package.json');
    if (task.kind === 'endpoint') cpSync(manifest, join(workspaceRoot, dist, 'package.json'));
    yield { task };
  }
}

/** A caller's mistake without its stack, a bug with it. */
function messageOf(error: unknown): string {
  return error instanceof UsageError ? error.message : `${(error as Error).stack}`;
}
