import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join, posix } from 'node:path';
import { isHandlerFile } from '@nanoservices/model';
import type { Metafile } from 'esbuild';
import { emptyFile, noHandler } from '../bundle/build-errors.ts';
import { importedFiles } from '../bundle/imported-files.ts';
import { databaseClientIn } from './database-client.ts';
import { ignoredFiles } from './ignored-files.ts';
import { refuseImport, refuseUndeclared } from './refuse-import.ts';
import { packageNamedBy, WorkspacePackages } from './workspace-packages.ts';

/** Checks that a bundle can serve, and that every file in it counts for the cache and for the watch. */
export class BundleCheck {
  readonly #workspaceRoot: string;
  /** Answers of git and Nx, by file: true for an ignored one. */
  readonly #ignored = new Map<string, boolean>();

  /** @param workspaceRoot - absolute */
  constructor(workspaceRoot: string) {
    this.#workspaceRoot = workspaceRoot;
  }

  /**
   * @param metafile - of this bundle alone
   * @param entry - source of the bundle, relative to the workspace root
   * @returns a sentence with the way out for each problem
   * @throws UsageError when a package.json is invalid
   */
  problemsOf(metafile: Metafile, entry: string): string[] {
    const packages = new WorkspacePackages(this.#workspaceRoot);
    const sources = Object.keys(metafile.inputs).flatMap((file) => {
      if (isGenerated(file)) return [];
      const owner = packages.ownerOf(file);
      return owner ? [{ file, owner }] : [];
    });
    const refused = sources.flatMap(({ file, owner }) => [
      ...importedFiles(metafile, file).map((imported) => refuseImport(packages, file, owner, imported)),
      ...externalPackages(metafile, file)
        .filter((name) => !owner.declaredForDevelopment.has(name))
        .map((name) => refuseUndeclared(packages, file, owner, name)),
    ]);
    const problems = [
      ...refuseLinkedHandlers(metafile, entry),
      ...refused,
      ...this.#refuseEmpty(metafile, entry),
    ];
    const found = new Set(problems.filter((problem) => problem !== undefined));
    if (found.size === 0) return this.#refuseIgnored(sources.map(({ file }) => file));
    return [...found];
  }

  /** See {@link databaseClientIn}. */
  databaseClientIn(metafile: Metafile): string | undefined {
    return databaseClientIn(metafile, new WorkspacePackages(this.#workspaceRoot));
  }

  /** esbuild reads an empty module as one without known exports: what is imported from it is undefined. */
  #refuseEmpty({ inputs, outputs }: Metafile, entry: string): string[] {
    const empty = Object.entries(inputs)
      .filter(
        ([file, { bytes }]) => bytes < 4 && /\.[cm]?[jt]sx?$/.test(file) && !file.includes('node_modules/'),
      )
      .map(([file]) => file)
      .filter((file) => readFileSync(join(this.#workspaceRoot, file), 'utf8').trim() === '');
    if (empty.length > 0) return empty.map(emptyFile);
    const bundles = Object.values(outputs).filter(({ entryPoint }) => entryPoint !== undefined);
    if (bundles.every(({ exports }) => exports.includes('handler'))) return [];
    return [noHandler(this.#workspaceRoot, entry)];
  }

  #refuseIgnored(files: readonly string[]): string[] {
    const unknown = files.filter((file) => !this.#ignored.has(file));
    const ignored = ignoredFiles(this.#workspaceRoot, unknown);
    for (const file of unknown) this.#ignored.set(file, ignored.has(file));
    return files
      .filter((file) => this.#ignored.get(file))
      .map(
        (file) =>
          `${file} is in the bundle, and .gitignore or .nxignore excludes it: a change of it would rebuild nothing. Remove the pattern, or move the file.`,
      );
  }
}

/** The source of a unit or of a plain handler, in `dist`: it is made for each build. */
function isGenerated(file: string): boolean {
  return file.endsWith('/dist/entry.ts');
}

/** A link to a handler elsewhere: esbuild bundles the file that it leads to. */
function refuseLinkedHandlers(metafile: Metafile, entry: string): string[] {
  const entries = Object.values(metafile.outputs).flatMap(({ entryPoint = entry }) => [
    { named: entry, path: entryPoint },
    ...importedFiles(metafile, entryPoint).map(({ specifier, path }) => ({
      named: posix.join(posix.dirname(entryPoint), specifier),
      path,
    })),
  ]);
  return entries
    .filter(({ named, path }) => named !== path && isHandlerFile(named))
    .map(
      ({ named, path }) =>
        `${named} is a link to ${path}: a change of it would rebuild nothing. Move the file here.`,
    );
}

/** Packages that stay outside of the bundle, imported by a file of the workspace. */
function externalPackages({ inputs }: Metafile, file: string): string[] {
  return (inputs[file]?.imports ?? []).flatMap(({ path, external }) => {
    const name = external && !isBuiltin(path) ? packageNamedBy(path) : undefined;
    return name === undefined ? [] : [name];
  });
}
