import { matchesGlob, posix } from 'node:path';
import type { Metafile } from 'esbuild';

/** A file that another file imports. */
export interface ImportedFile {
  /** Path in the notation of the metafile. */
  readonly path: string;
  /** Import specifier in the source. */
  readonly specifier: string;
}

/**
 * The files of a bundle that a file imports. esbuild names the files of `import('./texts/' + name)` nowhere but among the
 * inputs: its metafile has an external import `./texts/*` instead.
 *
 * @param file - a file that the metafile names
 */
export function importedFiles({ inputs }: Pick<Metafile, 'inputs'>, file: string): ImportedFile[] {
  return (inputs[file]?.imports ?? []).flatMap(({ path, original = path, external }) => {
    if (!external) return [{ path, specifier: original }];
    const glob = globOf(file, path);
    return Object.keys(inputs)
      .filter((input) => glob !== undefined && matchesGlob(input, glob))
      .map((input) => ({ path: input, specifier: path }));
  });
}

/** The globs of all `import('./texts/' + name)` of a bundle, relative to the workspace root. */
export function importedGlobs({ inputs }: Pick<Metafile, 'inputs'>): string[] {
  return Object.entries(inputs).flatMap(([file, { imports }]) =>
    imports.flatMap(({ path, external }) => (external && globOf(file, path)) || []),
  );
}

function globOf(importer: string, path: string): string | undefined {
  return /^\.\.?\/.*\*/.test(path) ? posix.join(posix.dirname(importer), path) : undefined;
}
