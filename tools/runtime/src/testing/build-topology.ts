import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packFunctions, readPacking } from '@nanoservices/workspace/topology';
import type { LambdaFunction } from '../lambda/lambda.ts';
import { Bundler } from '../start/bundler.ts';
import { type EndpointRoute, readApi } from '../start/read-api.ts';
import { readSettings } from '../start/settings.ts';
import { WorkspaceFunctions } from '../start/workspace-functions.ts';

/** The functions of a topology, built once from nothing, as `npm start` builds them. */
export interface BuiltTopology extends AsyncDisposable {
  readonly functions: readonly LambdaFunction[];
  readonly routes: readonly EndpointRoute[];
  readonly buildMs: number;
}

export async function buildTopology(workspaceRoot: string, topology: string): Promise<BuiltTopology> {
  const packing = readPacking(workspaceRoot);
  const settings = readSettings(workspaceRoot, packing);
  const packed = packFunctions(packing, settings.topology, topology);
  const { routes } = await readApi(workspaceRoot);
  const folder = mkdtempSync(join(tmpdir(), 'topology-'));
  const bundler = new Bundler(workspaceRoot, folder);
  const workspaceFunctions = new WorkspaceFunctions({
    workspaceRoot,
    bundler,
    folder: join(workspaceRoot, 'node_modules/.cache/runtime/entries'),
    databaseUrlOf: () => undefined,
    start: { logs: 'text' },
  });
  const startedAt = performance.now();
  const built = await Promise.all(
    packed.map((one) => workspaceFunctions.build(one, { functions: packed, routes, settings })),
  );
  const buildMs = performance.now() - startedAt;
  return {
    functions: built.filter((one) => one !== undefined),
    routes,
    buildMs,
    [Symbol.asyncDispose]: () => bundler.dispose(),
  };
}
