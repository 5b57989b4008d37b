import { zip } from '@nanoservices/deploy/zip';
import { type Bundle, bundleGroups } from '../bundles/bundle.ts';
import type { Subject, Topology } from './subject.ts';

export interface BuildMeasures {
  readonly bundles: readonly Bundle[];
  readonly zippedBytes: number;
  readonly buildMs: number;
  readonly packageMs: number;
}

/** Builds all functions of a topology from nothing, in one process as `nx run-many -t build` does, and packs each into its zip. */
export async function measureBuild(
  { workspaceRoot, routeOf }: Pick<Subject, 'workspaceRoot' | 'routeOf'>,
  { functions }: Pick<Topology, 'functions'>,
): Promise<BuildMeasures> {
  const startedAt = performance.now();
  const bundles = await bundleGroups(workspaceRoot, functions, routeOf);
  const builtAt = performance.now();
  const zips = bundles.map(({ code }) => zip({ 'handler.mjs': code }));
  return {
    bundles,
    zippedBytes: zips.reduce((sum, { length }) => sum + length, 0),
    buildMs: builtAt - startedAt,
    packageMs: performance.now() - builtAt,
  };
}
