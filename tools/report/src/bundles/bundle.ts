import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import {
  buildBatches,
  esbuildSettings,
  externalImports,
  functionEntry,
  tsconfigOptions,
} from '@nanoservices/build';
import type { PackedFunction } from '@nanoservices/model';
import { build } from 'esbuild';

/** A function's bundle, made in memory with the settings of the target `build`. */
export interface Bundle {
  readonly name: string;
  readonly code: Uint8Array;
  /** SHA-256 of the code. */
  readonly hash: string;
  /** Bytes in the bundle, by source file. */
  readonly parts: ReadonlyMap<string, number>;
}

/**
 * Bundles functions, several in one run of esbuild, as the target `build` does.
 *
 * @throws esbuild's error when one of them cannot be built
 */
export async function bundleFunctions(
  workspaceRoot: string,
  functions: readonly PackedFunction[],
): Promise<Bundle[]> {
  const bundles: Bundle[] = [];
  for (const batch of buildBatches(functions, ({ code }) => externalImports(code))) {
    bundles.push(...(await bundleTogether(workspaceRoot, batch)));
  }
  return bundles;
}

async function bundleTogether(
  workspaceRoot: string,
  functions: readonly PackedFunction[],
): Promise<Bundle[]> {
  const { outputFiles, metafile } = await build({
    ...esbuildSettings,
    external: [
      ...esbuildSettings.external,
      ...functions.slice(0, 1).flatMap(({ code }) => externalImports(code)),
    ],
    entryPoints: functions.map((one) => ({
      in: join(workspaceRoot, entryOf(workspaceRoot, one)),
      out: join(one.name, 'handler'),
    })),
    outdir: join(workspaceRoot, 'node_modules/.cache/report/bundles'),
    ...tsconfigOptions(workspaceRoot),
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

/** The source of a bundle. A generated one is written below the workspace, where it finds its packages. */
function entryOf(workspaceRoot: string, packed: PackedFunction): string {
  return functionEntry(workspaceRoot, packed, `node_modules/.cache/report/entries/${packed.name}.ts`);
}
