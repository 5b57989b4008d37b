import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { entriesAtOnce } from '@nanoservices/workspace/bundle-entries';
import { esbuildSettings } from '@nanoservices/workspace/esbuild-settings';
import type { Endpoint } from '@nanoservices/workspace/topology';
import { unitEntry } from '@nanoservices/workspace/unit-entry';
import { build } from 'esbuild';

/** The endpoints of a function to be. One is bundled as it is, several behind a generated entry. */
export interface Group {
  readonly name: string;
  readonly endpoints: readonly Endpoint[];
}

/** A bundle, made in memory by the settings of the target `build`. */
export interface Bundle {
  readonly name: string;
  readonly code: Uint8Array;
  readonly hash: string;
  /** Bytes of each source file in it. */
  readonly parts: ReadonlyMap<string, number>;
}

/**
 * Bundles groups, some at once in one run of esbuild, as the target `build` does.
 *
 * @param routeOf - of an endpoint, as API Gateway names it: it stands in the entries of units
 * @throws esbuild's error when one of them cannot be built
 */
export async function bundleGroups(
  workspaceRoot: string,
  groups: readonly Group[],
  routeOf: (endpointName: string) => string,
): Promise<Bundle[]> {
  const bundles: Bundle[] = [];
  for (let at = 0; at < groups.length; at += entriesAtOnce) {
    bundles.push(...(await bundleTogether(workspaceRoot, groups.slice(at, at + entriesAtOnce), routeOf)));
  }
  return bundles;
}

async function bundleTogether(
  workspaceRoot: string,
  groups: readonly Group[],
  routeOf: (endpointName: string) => string,
): Promise<Bundle[]> {
  const outdir = join(workspaceRoot, 'node_modules/.cache/report/bundles');
  const { outputFiles, metafile } = await build({
    ...esbuildSettings,
    external: [...esbuildSettings.external],
    entryPoints: groups.map((group) => ({
      in: entryFile(workspaceRoot, group, routeOf),
      out: join(group.name, 'handler'),
    })),
    outdir,
    tsconfig: join(workspaceRoot, 'functions/tsconfig.json'),
    absWorkingDir: workspaceRoot,
    metafile: true,
    write: false,
    logLevel: 'silent',
  });
  const outputs = Object.entries(metafile.outputs);
  const bundles = outputFiles.filter(({ path }) => path.endsWith('.mjs'));
  return bundles.map(({ path, contents }) => {
    const name = basename(dirname(path));
    const inputs = outputs.find(([file]) => file.endsWith(`/${name}/handler.mjs`))?.[1].inputs ?? {};
    return {
      name,
      code: contents,
      hash: createHash('sha256').update(contents).digest('hex'),
      parts: new Map(Object.entries(inputs).map(([file, { bytesInOutput }]) => [file, bytesInOutput])),
    };
  });
}

function entryFile(
  workspaceRoot: string,
  { name, endpoints }: Group,
  routeOf: (endpointName: string) => string,
): string {
  const handlerFile = ({ root }: Endpoint) => join(workspaceRoot, root, 'src/handler.ts');
  const [first, ...others] = endpoints;
  if (first && others.length === 0) return handlerFile(first);
  // Below the workspace, so that the entry finds its packages.
  const folder = join(workspaceRoot, 'node_modules/.cache/report/entries');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.ts`);
  const parts = endpoints.map((endpoint) => ({
    name: endpoint.name,
    route: routeOf(endpoint.name),
    handlerFile: handlerFile(endpoint),
  }));
  writeFileSync(file, unitEntry(parts));
  return file;
}
