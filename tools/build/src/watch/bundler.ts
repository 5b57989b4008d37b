import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join, matchesGlob, posix, sep } from 'node:path';
import { type PackedFunction, readFolders, UsageError, workspacePath } from '@nanoservices/model';
import { type BuildContext, type BuildFailure, type BuildResult, context, type Message } from 'esbuild';
import { describeErrors, isBuildFailure, undefinedImports } from '../bundle/build-errors.ts';
import { finishBundle } from '../bundle/finish-bundle.ts';
import { importedGlobs } from '../bundle/imported-files.ts';
import {
  externalImports,
  type FunctionContents,
  type FunctionSource,
  sourcesOf,
} from '../contents/contents.ts';
import { linkLocalPackages, localPackagesHash } from '../contents/local-packages.ts';
import { withAdvice } from '../contents/native-packages.ts';
import { copyFiles } from '../contents/written-contents.ts';
import { esbuildSettings } from '../esbuild-settings.ts';
import { BundleCheck } from '../inputs/bundle-check.ts';
import { tsconfigOptions } from '../tsconfig.ts';

/** A function cannot be built. The message is esbuild's, with the offending lines, or says what must not be bundled. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
}

/** Builds of a function that are kept, the last one included. */
const keptBuilds = 5;

/** The function of a bundle. */
export type BundledFunction = FunctionSource & Pick<PackedFunction, 'name' | 'kind' | 'usesDatabase'>;

interface Entry {
  readonly context: BuildContext<{ write: false; metafile: true }>;
  /** Source, tsconfig, and names of packages that stay outside of the bundle: settings of the context. */
  readonly settings: string;
  /** Absolute paths of the files in the last good build, of files that it lacks, and of folders (with a slash) with files beside it. */
  sources: readonly string[];
  /** Absolute globs of `import('./texts/' + name)`: a new file that matches belongs to the bundle. */
  globs: readonly string[];
  failed: boolean;
  /** Hash of the last output: a rebuild may change nothing. */
  hash: string;
}

/** Builds and rebuilds functions incrementally. The bundles have the same bytes as those of the target `build`. */
export class Bundler {
  readonly #workspaceRoot: string;
  readonly #folder: string;
  readonly #check: BundleCheck;
  readonly #entries = new Map<string, Entry>();
  /** Number of builds of each function. It survives the removal of the function, so that no folder is used twice. */
  readonly #builds = new Map<string, number>();

  /**
   * @param folder - folder of the bundles, removed by `dispose`. Outside of the workspace, a function finds no file and no
   * package there that it would not find on AWS
   */
  constructor(workspaceRoot: string, folder: string) {
    this.#workspaceRoot = workspaceRoot;
    this.#folder = folder;
    this.#check = new BundleCheck(workspaceRoot);
  }

  /** @returns the functions whose bundle depends on one of the files, or whose last build failed */
  affectedBy(files: ReadonlySet<string>): string[] {
    const changed = [...files];
    if (changed.some((file) => this.#isTsconfig(file))) return [...this.#entries.keys()];
    const isIn = (source: string) =>
      source.endsWith(sep) ? changed.some((file) => file.startsWith(source)) : files.has(source);
    const isMatched = (glob: string) => changed.some((file) => matchesGlob(file, glob));
    return [...this.#entries]
      .filter(([, { sources, globs, failed }]) => failed || sources.some(isIn) || globs.some(isMatched))
      .map(([name]) => name);
  }

  #isTsconfig(file: string): boolean {
    const { dir, base } = posix.parse(workspacePath(this.#workspaceRoot, file));
    return /^tsconfig.*\.json$/.test(base) && ['', readFolders(this.#workspaceRoot).functions].includes(dir);
  }

  /**
   * Builds or rebuilds a function.
   *
   * @param handlerFile - absolute
   * @returns a new file with the bundle; undefined when the content has not changed
   * @throws BuildFailed
   */
  async build(handlerFile: string, source: BundledFunction): Promise<string | undefined> {
    const { name } = source;
    const entry = await this.#entry(name, handlerFile, externalImports(source.code));
    // Until it is known to be good.
    entry.failed = true;
    const result = await entry.context.rebuild().catch(async (failure: BuildFailure) => {
      throw isBuildFailure(failure) ? await this.#failure(source, failure.errors) : failure;
    });
    entry.sources = sourcesOf(this.#workspaceRoot, source, result.metafile);
    entry.globs = importedGlobs(result.metafile).map((glob) => join(this.#workspaceRoot, glob));
    const missing = undefinedImports(result.warnings);
    if (missing.length > 0) throw await this.#failure(source, missing);
    const contents = await this.#finish(handlerFile, source, result);
    const shipped = contents.files.entries().map(([, file]) => file);
    entry.sources = [...entry.sources, ...shipped, ...contents.missing];
    const bundle = this.#write(name, entry, result, contents);
    entry.failed = false;
    return bundle;
  }

  async remove(name: string): Promise<void> {
    await this.#entries.get(name)?.context.dispose();
    this.#entries.delete(name);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ context }) => context.dispose()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #entry(name: string, handlerFile: string, imports: readonly string[]): Promise<Entry> {
    const before = this.#entries.get(name);
    const options = tsconfigOptions(this.#workspaceRoot);
    const settings = [handlerFile, options.tsconfig, ...imports].join();
    if (before?.settings === settings) return before;
    await before?.context.dispose();
    const entry: Entry = {
      context: await context({
        ...esbuildSettings,
        external: [...esbuildSettings.external, ...imports],
        entryPoints: [handlerFile],
        entryNames: 'handler',
        outdir: join(this.#folder, name),
        ...options,
        absWorkingDir: this.#workspaceRoot,
        metafile: true,
        write: false,
        logLevel: 'silent',
      }),
      settings,
      sources: before?.sources ?? [],
      globs: before?.globs ?? [],
      failed: false,
      hash: before?.hash ?? '',
    };
    this.#entries.set(name, entry);
    return entry;
  }

  /** @throws BuildFailed; see {@link finishBundle} */
  async #finish(
    handlerFile: string,
    source: BundledFunction,
    { metafile }: Result,
  ): Promise<FunctionContents> {
    const { name, kind, root, usesDatabase } = source;
    try {
      return await finishBundle(this.#workspaceRoot, this.#check, {
        source,
        entry: workspacePath(this.#workspaceRoot, handlerFile),
        metafile,
        contracts: kind === 'unit' ? `The contracts of ${name} declare` : `${root}/src/contract.ts declares`,
        usesDatabase: () => usesDatabase,
      });
    } catch (error) {
      throw error instanceof UsageError ? new BuildFailed(error.message) : error;
    }
  }

  async #failure({ root }: FunctionSource, errors: readonly Message[]): Promise<BuildFailed> {
    const advised = errors.map((error) => withAdvice(error, `${root}/package.json`));
    const text = await describeErrors(this.#workspaceRoot, advised, process.stdout.isTTY);
    return new BuildFailed(text.trimEnd());
  }

  /**
   * Each build gets a new folder: an environment that is starting must not read half of the next build, not even if its
   * function was removed in the meantime.
   */
  #write(
    name: string,
    entry: Entry,
    { outputFiles }: Result,
    contents: FunctionContents,
  ): string | undefined {
    const hash = this.#hashOf(outputFiles, contents);
    if (hash === entry.hash) return undefined;
    const build = (this.#builds.get(name) ?? 0) + 1;
    this.#builds.set(name, build);
    const folder = (number: number) => join(this.#folder, name, String(number));
    mkdirSync(folder(build), { recursive: true });
    for (const { path, contents } of outputFiles) {
      writeFileSync(join(folder(build), basename(path)), contents);
    }
    copyFiles(contents, folder(build));
    linkLocalPackages(this.#workspaceRoot, contents, folder(build), join(this.#folder, '.packages'));
    entry.hash = hash;
    // An environment may still be loading an earlier build, or go back to one when later ones cannot be loaded.
    rmSync(folder(build - keptBuilds), { recursive: true, force: true });
    return join(folder(build), 'handler.mjs');
  }

  #hashOf(outputFiles: Result['outputFiles'], contents: FunctionContents): string {
    const hash = createHash('sha256').update(outputFiles.map((file) => file.hash).join());
    for (const [path, source] of contents.files.entries()) hash.update(path).update(readFileSync(source));
    return hash.update(localPackagesHash(this.#workspaceRoot, contents)).digest('hex');
  }
}

type Result = BuildResult<{ write: false; metafile: true }>;
