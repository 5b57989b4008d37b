import { globSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import { type CodeSettings, UsageError } from '@nanoservices/model';
import type { ShippedFiles } from './shipped-files.ts';

const ignored = /(?:^|\/)(?:node_modules|dist|artifact|\.DS_Store|\.git)(?:\/|$)/;

/**
 * Adds the files that `"lambda": { "include": [] }` names. A file keeps its path in the package. The bundle stands where
 * src/handler.ts stands, so a file below `src` keeps its path there.
 *
 * @throws UsageError when a glob matches no file
 */
export function addIncludedFiles(
  workspaceRoot: string,
  include: CodeSettings['include'],
  files: ShippedFiles,
): void {
  for (const { root, globs } of include) {
    for (const glob of globs) {
      const found = filesOf(join(workspaceRoot, root), glob);
      if (found.length === 0) {
        throw new UsageError(`${root}/package.json: "lambda.include" names ${glob}, which matches no file.`);
      }
      for (const path of found) files.add(path.replace(/^src\//, ''), join(workspaceRoot, root, path));
    }
  }
}

/** @returns paths with slashes, relative to the folder. A folder stands for all files in it */
function filesOf(folder: string, glob: string): string[] {
  const isFile = (path: string) => statSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true;
  const found = globSync(glob, { cwd: folder });
  const inside = found
    .filter((path) => !isFile(path))
    .flatMap((path) => globSync(`${path}/**`, { cwd: folder }));
  const paths = new Set([...found, ...inside].filter(isFile).map((path) => path.split(sep).join('/')));
  return [...paths].filter((path) => !ignored.test(path)).sort();
}
