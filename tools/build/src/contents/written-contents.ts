import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { FunctionContents } from './contents.ts';

/** The file in `dist` that tells what belongs to the function beside its bundle. */
const contentsFile = 'contents.json';

/** The contents of a function in its folder `dist`. */
export interface WrittenContents extends Pick<FunctionContents, 'external' | 'provided'> {
  /** SHA-256 of the files, by their paths relative to `dist`. */
  readonly files: Readonly<Record<string, string>>;
}

/** Copies the files beside a bundle into its folder. */
export function copyFiles({ files }: Pick<FunctionContents, 'files'>, folder: string): void {
  for (const [path, source] of files.entries()) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    copyFileSync(source, join(folder, path));
  }
}

/** Writes the contents of a function beside its bundle. @param dist - absolute */
export function writeContents(contents: FunctionContents, dist: string): void {
  copyFiles(contents, dist);
  const { external, provided } = contents;
  const files = contents.files.entries().map(([path]) => [path, hashOf(join(dist, path))]);
  const written: WrittenContents = { files: Object.fromEntries(files), external, provided };
  writeFileSync(join(dist, contentsFile), `${JSON.stringify(written, null, 2)}\n`);
}

/** Reads what {@link writeContents} has written. A folder without it has a bundle and nothing else. */
export function readContents(dist: string): WrittenContents {
  const file = join(dist, contentsFile);
  return existsSync(file)
    ? JSON.parse(readFileSync(file, 'utf8'))
    : { files: {}, external: {}, provided: {} };
}

function hashOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
