import { Bundler } from '@nanoservices/build';
import type { Route, Workspace } from '@nanoservices/model';
import { bundleFolder } from '../environment/bundle-folder.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { LocalFunctions } from './local-functions.ts';

/** The functions of a topology, built once as `startApi` builds them. */
export interface BuiltTopology extends AsyncDisposable {
  readonly functions: readonly FunctionConfiguration[];
  readonly routes: readonly Route[];
  readonly buildMs: number;
}

/**
 * Builds all functions of a topology.
 *
 * @throws UsageError when there is no such topology
 * @throws BuildFailed when a function cannot be built
 */
export async function buildTopology(workspace: Workspace, topology: string): Promise<BuiltTopology> {
  const application = workspace.pack(topology);
  const bundler = new Bundler(workspace.root, bundleFolder());
  const functions = new LocalFunctions({
    workspaceRoot: workspace.root,
    bundler,
    folder: 'node_modules/.cache/runtime/entries',
    databaseUrlOf: () => undefined,
    logFormat: 'Text',
  });
  const startedAt = performance.now();
  const built = await Promise.all(application.functions.map((one) => functions.build(one, application)));
  const buildMs = performance.now() - startedAt;
  return {
    functions: built.filter((one) => one !== undefined),
    routes: application.routes,
    buildMs,
    [Symbol.asyncDispose]: () => bundler.dispose(),
  };
}
