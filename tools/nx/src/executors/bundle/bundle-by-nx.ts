import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  BundleCheck,
  describeErrors,
  describeWarnings,
  esbuildExecutorOptions,
  externalImports,
  finishTask,
  isBuildFailure,
  undefinedImports,
  withAdvice,
} from '@nanoservices/build';
import { codeSettings, readManifest, UsageError } from '@nanoservices/model';
import type { ExecutorContext } from '@nx/devkit';

type Warnings = Parameters<typeof undefinedImports>[0];

/**
 * Builds one endpoint with the executor `@nx/esbuild:esbuild`.
 *
 * @param root - folder of the endpoint, relative to the workspace root
 * @param handler - made by `endpoint()` or `stream()`, relative to the workspace root
 * @param tsconfig - relative to the workspace root
 * @returns the error; undefined when the bundle is built
 */
export async function bundleByNx(
  root: string,
  handler: string,
  tsconfig: string,
  context: ExecutorContext,
): Promise<string | undefined> {
  const error = await build(root, handler, tsconfig, context).catch((mistake: Error) => {
    if (mistake instanceof UsageError) return mistake.message;
    throw mistake;
  });
  if (error !== undefined) rmSync(join(context.root, root, 'dist'), { recursive: true, force: true });
  return error;
}

async function build(
  root: string,
  handler: string,
  tsconfig: string,
  context: ExecutorContext,
): Promise<string | undefined> {
  // Only where it is used: it loads TypeScript.
  const { esbuildExecutor } = await import('@nx/esbuild/executors');
  const own = { root, lambda: readManifest(context.root, root).lambda };
  const source = { root, code: codeSettings(own, [own]) };
  const { esbuildOptions, ...others } = esbuildExecutorOptions(
    root,
    handler,
    externalImports(source.code),
    tsconfig,
  );
  let warnings: Warnings = [];
  const plugin = {
    name: 'keep-warnings',
    setup: (esbuild: { onEnd(callback: (result: { warnings: Warnings }) => void): void }) =>
      esbuild.onEnd((result) => {
        warnings = result.warnings;
      }),
  };
  const options = { ...others, esbuildOptions: { ...esbuildOptions, logLevel: 'silent', plugins: [plugin] } };
  const target = { ...context.target, options };
  try {
    for await (const { success } of esbuildExecutor(options as never, { ...context, target })) {
      if (!success) return '';
    }
  } catch (failure) {
    if (!isBuildFailure(failure)) throw failure;
    const manifest = `${root}/package.json`;
    return describeErrors(
      context.root,
      failure.errors.map((one) => withAdvice(one, manifest)),
    );
  }
  const errors = undefinedImports(warnings);
  if (errors.length > 0) return describeErrors(context.root, errors);
  const text = await describeWarnings(warnings);
  if (text) console.error(text);
  const metafile = JSON.parse(readFileSync(join(context.root, root, 'dist/meta.json'), 'utf8'));
  const bundle = { source, entry: handler, metafile };
  await finishTask(context.root, new BundleCheck(context.root), { kind: 'endpoint', root }, bundle);
  return undefined;
}
