import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BundleTask,
  bundleTasks,
  contentsOf,
  esbuildExecutorOptions,
  externalImports,
  isBuildFailure,
  writeContents,
} from '@nanoservices/build';
import { codeSettings, readManifest, UsageError } from '@nanoservices/model';
import type { ExecutorContext } from '@nx/devkit';
import { rootOf } from '../task-batch.ts';

export interface BundleOptions {
  readonly kind: BundleTask['kind'];
}

/** `build` of one project: an endpoint by `@nx/esbuild`, a unit from the entry that is made for it. */
export default async function bundleExecutor(
  { kind }: BundleOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const root = rootOf(context.projectName as string, context);
  if (kind === 'endpoint') return bundleByNx(root, context);
  for await (const { error } of bundleTasks(context.root, [{ kind, root }])) {
    if (error === undefined) continue;
    console.error(error);
    return { success: false };
  }
  return { success: true };
}

/** Builds one endpoint with the executor `@nx/esbuild:esbuild`. */
async function bundleByNx(root: string, context: ExecutorContext): Promise<{ success: boolean }> {
  // Only where it is used: it loads TypeScript.
  const { esbuildExecutor } = await import('@nx/esbuild/executors');
  const own = { root, lambda: readManifest(context.root, root).lambda };
  const source = { root, code: codeSettings(own, [own]) };
  const options = esbuildExecutorOptions(root, externalImports(source.code));
  const target = { ...context.target, options };
  try {
    for await (const { success } of esbuildExecutor(options as never, { ...context, target })) {
      if (!success) return { success };
    }
    const dist = join(context.root, root, 'dist');
    const metafile = JSON.parse(readFileSync(join(dist, 'meta.json'), 'utf8'));
    writeContents(contentsOf(context.root, source, metafile), dist);
    return { success: true };
  } catch (error) {
    if (error instanceof UsageError) console.error(error.message);
    else if (!isBuildFailure(error)) throw error;
    // It has said what is wrong.
    return { success: false };
  }
}
