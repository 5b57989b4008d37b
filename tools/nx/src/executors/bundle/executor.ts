import { type BundleTask, bundleTasks, esbuildExecutorOptions, isBuildFailure } from '@nanoservices/build';
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
  const options = esbuildExecutorOptions(root);
  const target = { ...context.target, options };
  try {
    for await (const { success } of esbuildExecutor(options as never, { ...context, target })) {
      if (!success) return { success };
    }
    return { success: true };
  } catch (error) {
    if (!isBuildFailure(error)) throw error;
    // It has said what is wrong.
    return { success: false };
  }
}
