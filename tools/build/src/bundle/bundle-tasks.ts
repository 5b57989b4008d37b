import { cpSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  codeSettings,
  findHandler,
  type Layout,
  messageOf,
  packAlone,
  readContract,
  readContracts,
  readLayout,
  readManifest,
  UsageError,
} from '@nanoservices/model';
import type { FunctionSource } from '../contents/contents.ts';
import { writeContents } from '../contents/written-contents.ts';
import { BundleCheck } from '../inputs/bundle-check.ts';
import { describeErrors } from './build-errors.ts';
import { type BundleEntry, bundleEntries } from './bundle-entries.ts';
import { finishBundle, type MadeBundle } from './finish-bundle.ts';
import { functionEntry } from './function-entry.ts';

/** An endpoint or a unit to bundle. */
export interface BundleTask {
  readonly kind: 'endpoint' | 'unit';
  /** Folder relative to the workspace root. */
  readonly root: string;
}

/** The outcome of a task. Without an error, the bundle is in the folder `dist`. */
export interface TaskBundled<Task extends BundleTask> {
  readonly task: Task;
  readonly error?: string;
}

/**
 * Bundles endpoints and units in one process. A failure stops no other task.
 *
 * @returns the outcome of each task, as soon as it is known
 */
export async function* bundleTasks<Task extends BundleTask>(
  workspaceRoot: string,
  tasks: readonly Task[],
): AsyncGenerator<TaskBundled<Task>> {
  let layout: Layout | undefined;
  const entries: (BundleEntry & { readonly task: Task; readonly source: FunctionSource })[] = [];
  for (const task of tasks) {
    const dist = `${task.root}/dist`;
    rmSync(join(workspaceRoot, dist), { recursive: true, force: true });
    const file = `${dist}/entry.ts`;
    try {
      // An endpoint is bundled without reading contracts, and other package.json files.
      if (task.kind === 'endpoint') {
        const own = { root: task.root, lambda: readManifest(workspaceRoot, task.root).lambda };
        const source = { root: task.root, code: codeSettings(own, [own]) };
        const handler = findHandler(workspaceRoot, task.root);
        if (!handler) throw new UsageError(`${task.root}/src/handler.ts is missing.`);
        const endpoints = [{ name: basename(task.root), handler }];
        const entry = functionEntry(workspaceRoot, { kind: 'endpoint', endpoints, routes: [] }, file);
        entries.push({ task, dist, file: entry, source });
        continue;
      }
      layout ??= readLayout(workspaceRoot);
      const unit = layout.units.find(({ root }) => root === task.root);
      if (!unit) throw new UsageError(`${task.root}/package.json declares no "unit".`);
      const { facts } = await readContracts(layout, unit.endpoints);
      const packed = packAlone(layout, facts, unit.name);
      entries.push({ task, dist, file: functionEntry(workspaceRoot, packed, file), source: packed });
    } catch (error) {
      yield { task, error: messageOf(error) };
    }
  }
  const check = new BundleCheck(workspaceRoot);
  for await (const { entry, errors, metafile } of bundleEntries(workspaceRoot, entries)) {
    const { task, dist, file, source } = entry;
    const error = metafile
      ? await finishTask(workspaceRoot, check, task, { source, entry: file, metafile }).then(
          () => undefined,
          messageOf,
        )
      : await describeErrors(workspaceRoot, errors);
    if (error !== undefined) {
      rmSync(join(workspaceRoot, dist), { recursive: true, force: true });
      yield { task, error };
      continue;
    }
    // So does @nx/esbuild.
    const manifest = join(workspaceRoot, task.root, 'package.json');
    if (task.kind === 'endpoint') cpSync(manifest, join(workspaceRoot, dist, 'package.json'));
    yield { task };
  }
}

/**
 * Checks the bundle of an endpoint or a unit, and writes everything beside it; see {@link finishBundle}.
 *
 * @throws UsageError
 */
export async function finishTask(
  workspaceRoot: string,
  check: BundleCheck,
  { kind, root }: BundleTask,
  bundle: Pick<MadeBundle, 'source' | 'entry' | 'metafile'>,
): Promise<void> {
  const contents = await finishBundle(workspaceRoot, check, {
    ...bundle,
    contracts: `${root}/src/contract.ts declares`,
    // The endpoints of a unit are checked by themselves.
    usesDatabase: () => kind === 'unit' || hasDatabase(workspaceRoot, root),
  });
  writeContents(contents, join(workspaceRoot, root, 'dist'));
}

async function hasDatabase(workspaceRoot: string, root: string): Promise<boolean> {
  const { database } = await readContract(workspaceRoot, root);
  return Object.keys(database).length > 0;
}
