import { zip } from '@nanoservices/build';
import type { PackedFunction } from '@nanoservices/model';
import { type Bundle, bundleFunctions } from '../bundles/bundle.ts';

export interface BuildMeasures {
  readonly bundles: readonly Bundle[];
  readonly zippedBytes: number;
  readonly buildMs: number;
  readonly packageMs: number;
}

/** Builds functions from nothing, in one process as `nx run-many -t build` does, and zips each of them. */
export async function measureBuild(
  workspaceRoot: string,
  functions: readonly PackedFunction[],
): Promise<BuildMeasures> {
  const startedAt = performance.now();
  const bundles = await bundleFunctions(workspaceRoot, functions);
  const builtAt = performance.now();
  const zips = bundles.map(({ code }) => zip({ 'handler.mjs': code }));
  return {
    bundles,
    zippedBytes: zips.reduce((sum, { length }) => sum + length, 0),
    buildMs: builtAt - startedAt,
    packageMs: performance.now() - builtAt,
  };
}
