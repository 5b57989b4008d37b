import { type BundleTask, bundleTasks, ownTsconfig } from '@nanoservices/build';
import { findHandler, isPlainHandler } from '@nanoservices/model';
import type { ExecutorContext } from '@nx/devkit';
import { oldNodeAdvice } from '../../command-line/node-version.ts';
import { rootOf } from '../task-batch.ts';
import { bundleByNx } from './bundle-by-nx.ts';

export interface BundleOptions {
  readonly kind: BundleTask['kind'];
}

/** `build` of one project: an endpoint by `@nx/esbuild`, where functions have a tsconfig.json; a unit and a plain handler from the entry that is made for it. */
export default async function bundleExecutor(
  { kind }: BundleOptions,
  context: ExecutorContext,
): Promise<{ success: boolean }> {
  const error = oldNodeAdvice() ?? (await buildOne(kind, context));
  if (error !== undefined) console.error(error);
  return { success: error === undefined };
}

async function buildOne(kind: BundleTask['kind'], context: ExecutorContext): Promise<string | undefined> {
  const root = rootOf(context.projectName as string, context);
  const handler = kind === 'endpoint' ? findHandler(context.root, root) : undefined;
  const tsconfig = ownTsconfig(context.root);
  // @nx/esbuild requires a tsconfig.json, and would also apply settings of tsconfig.base.json that are not for endpoints.
  if (handler && tsconfig && !isPlainHandler(context.root, handler))
    return bundleByNx(root, handler, tsconfig, context);
  for await (const { error } of bundleTasks(context.root, [{ kind, root }])) return error;
  return undefined;
}
