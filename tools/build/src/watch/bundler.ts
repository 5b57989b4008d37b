import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type BuildContext, type BuildFailure, type BuildResult, context, formatMessages } from 'esbuild';
import { esbuildSettings } from '../esbuild-settings.ts';

/** A function cannot be built. The message is esbuild's, with the offending lines. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';
}

interface Entry {
  readonly context: BuildContext<{ write: false; metafile: true }>;
  /** Absolute paths of all files in the bundle of the last good build. */
  inputs: ReadonlySet<string>;
  failed: boolean;
  /** Hash of the last output: a rebuild may change nothing. */
  hash: string;
}

/** Builds and rebuilds functions incrementally. The bundles have the same bytes as those of the target `build`. */
export class Bundler {
  readonly #workspaceRoot: string;
  readonly #folder: string;
  readonly #entries = new Map<string, Entry>();
  /** Number of builds of each function. It survives the removal of the function, so that no folder is used twice. */
  readonly #builds = new Map<string, number>();

  /** @param folder - folder of the bundles; removed by `dispose` */
  constructor(workspaceRoot: string, folder: string) {
    this.#workspaceRoot = workspaceRoot;
    this.#folder = folder;
  }

  /** @returns the functions whose bundle contains one of the files, or whose last build failed */
  affectedBy(files: ReadonlySet<string>): string[] {
    return [...this.#entries]
      .filter(([, { inputs, failed }]) => failed || [...files].some((file) => inputs.has(file)))
      .map(([name]) => name);
  }

  /**
   * Builds or rebuilds a function.
   *
   * @returns a new file with the bundle; undefined when the content has not changed
   * @throws BuildFailed
   */
  async build(name: string, handlerFile: string): Promise<string | undefined> {
    const entry = this.#entries.get(name) ?? (await this.#add(name, handlerFile));
    const result = await entry.context.rebuild().catch(async (failure: BuildFailure) => {
      entry.failed = true;
      throw new BuildFailed(await describe(failure));
    });
    entry.failed = false;
    entry.inputs = new Set(
      Object.keys(result.metafile.inputs).map((file) => join(this.#workspaceRoot, file)),
    );
    return this.#write(name, entry, result);
  }

  async remove(name: string): Promise<void> {
    await this.#entries.get(name)?.context.dispose();
    this.#entries.delete(name);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#entries.values()].map(({ context }) => context.dispose()));
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #add(name: string, handlerFile: string): Promise<Entry> {
    const entry: Entry = {
      context: await context({
        ...esbuildSettings,
        external: [...esbuildSettings.external],
        entryPoints: [handlerFile],
        entryNames: 'handler',
        outdir: join(this.#folder, name),
        tsconfig: join(this.#workspaceRoot, 'functions/tsconfig.json'),
        absWorkingDir: this.#workspaceRoot,
        metafile: true,
        write: false,
        logLevel: 'silent',
      }),
      inputs: new Set(),
      failed: false,
      hash: '',
    };
    this.#entries.set(name, entry);
    return entry;
  }

  /**
   * Each build gets a new folder: an environment that is starting must not read half of the next build, not even if its
   * function was removed in the meantime.
   */
  #write(
    name: string,
    entry: Entry,
    { outputFiles }: BuildResult<{ write: false; metafile: true }>,
  ): string | undefined {
    const hash = outputFiles.map((file) => file.hash).join();
    if (hash === entry.hash) return undefined;
    entry.hash = hash;
    const build = (this.#builds.get(name) ?? 0) + 1;
    this.#builds.set(name, build);
    const folder = (number: number) => join(this.#folder, name, String(number));
    mkdirSync(folder(build), { recursive: true });
    for (const { path, contents } of outputFiles) {
      writeFileSync(join(folder(build), basename(path)), contents);
    }
    // An environment may still be loading the previous build.
    rmSync(folder(build - 2), { recursive: true, force: true });
    return join(folder(build), 'handler.mjs');
  }
}

async function describe({ errors }: BuildFailure): Promise<string> {
  const messages = await formatMessages(errors, { kind: 'error', color: process.stdout.isTTY });
  return messages.join('').trimEnd();
}
