import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BuildFailure, build, type Metafile, type PartialMessage } from 'esbuild';
import { externalImports, type FunctionSource } from '../contents/contents.ts';
import { withAdvice } from '../contents/native-packages.ts';
import { esbuildSettings } from '../esbuild-settings.ts';
import { tsconfigOptions } from '../tsconfig.ts';
import { describeWarnings, isBuildFailure, undefinedImports } from './build-errors.ts';
import { entryMetafile } from './entry-metafile.ts';

/** A bundle to build. */
export interface BundleEntry {
  /** Source file, relative to the workspace root. */
  readonly file: string;
  /** Folder of handler.mjs, its source map and meta.json, relative to the workspace root. */
  readonly dist: string;
  /** The function. Default: a bundle, and nothing beside it. */
  readonly source?: FunctionSource;
}

/** The outcome of an entry. Without errors, its bundle is written. */
export interface Bundled<Entry extends BundleEntry> {
  readonly entry: Entry;
  readonly errors: readonly PartialMessage[];
  /** Description of the bundle; undefined with errors. */
  readonly metafile?: Metafile;
}

/**
 * The number of entries in one build. esbuild parses shared modules once, but keeps a copy of them for each entry until
 * all are written. A thousand endpoints take 47 s and 1.5 GB, Nx included; with 12 at once, 42 s and 1.6 GB.
 */
const entriesAtOnce = 8;

/**
 * Bundles many entries in one process. Each bundle has the same bytes as a separate build. A failure stops no other entry.
 *
 * @returns the outcome of each entry, as soon as it is known
 */
export async function* bundleEntries<Entry extends BundleEntry>(
  workspaceRoot: string,
  entries: readonly Entry[],
): AsyncGenerator<Bundled<Entry>> {
  for (const batch of buildBatches(entries, ({ source }) => importsOf(source))) {
    yield* bundleTogether(workspaceRoot, batch);
  }
}

/**
 * Splits what is to be built into single builds of esbuild.
 *
 * @param importsOf - names of packages that stay outside of a bundle: a setting of a whole build
 */
export function buildBatches<Item>(
  items: readonly Item[],
  importsOf: (item: Item) => readonly string[],
): Item[][] {
  const groups = [...Map.groupBy(items, (item) => importsOf(item).join()).values()];
  return groups.flatMap((group) =>
    Array.from({ length: Math.ceil(group.length / entriesAtOnce) }, (_, batch) =>
      group.slice(batch * entriesAtOnce, (batch + 1) * entriesAtOnce),
    ),
  );
}

function importsOf(source: FunctionSource | undefined): string[] {
  return source ? externalImports(source.code) : [];
}

/** One build. If it fails, esbuild writes nothing and does not name the bad entries: each half is built separately. */
async function* bundleTogether<Entry extends BundleEntry>(
  workspaceRoot: string,
  entries: readonly Entry[],
): AsyncGenerator<Bundled<Entry>> {
  const result = await buildAll(workspaceRoot, entries);
  if ('metafile' in result) {
    for (const entry of entries) {
      const metafile = entryMetafile(result.metafile, `${entry.dist}/handler.mjs`);
      writeMetafile(workspaceRoot, entry.dist, metafile);
      yield { entry, errors: [], metafile };
    }
  } else if (entries.length === 1) {
    const [entry] = entries as [Entry];
    const manifest = `${entry.source?.root ?? entry.dist}/package.json`;
    yield { entry, errors: result.errors.map((error) => withAdvice(error, manifest)) };
  } else {
    const half = Math.ceil(entries.length / 2);
    yield* bundleTogether(workspaceRoot, entries.slice(0, half));
    yield* bundleTogether(workspaceRoot, entries.slice(half));
  }
}

async function buildAll(
  workspaceRoot: string,
  entries: readonly BundleEntry[],
): Promise<{ metafile: Metafile } | { errors: BuildFailure['errors'] }> {
  try {
    const { metafile, warnings } = await build({
      ...esbuildSettings,
      external: [...esbuildSettings.external, ...importsOf(entries[0]?.source)],
      entryPoints: entries.map(({ file, dist }) => ({ in: file, out: `${dist}/handler` })),
      outdir: workspaceRoot,
      absWorkingDir: workspaceRoot,
      ...tsconfigOptions(workspaceRoot),
      metafile: true,
      logLevel: 'silent',
    });
    const errors = undefinedImports(warnings);
    if (errors.length > 0) return { errors };
    if (warnings.length > 0) console.error(await describeWarnings(warnings));
    return { metafile };
  } catch (error) {
    if (isBuildFailure(error)) return { errors: error.errors };
    throw error;
  }
}

/** Writes the file that `@nx/esbuild` writes, too. */
function writeMetafile(workspaceRoot: string, dist: string, metafile: Metafile): void {
  mkdirSync(join(workspaceRoot, dist), { recursive: true });
  writeFileSync(join(workspaceRoot, dist, 'meta.json'), JSON.stringify(metafile, null, 2));
}
