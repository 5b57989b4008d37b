import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Finds an installed package as Node does: in `node_modules` of the folder and of the folders above it.
 *
 * @param from - absolute folder
 * @returns the folder of the package, absolute; undefined when it is not installed
 */
export function findInstalled(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = join(folder, 'node_modules', name);
    if (existsSync(join(found, 'package.json'))) return found;
    if (dirname(folder) === folder) return undefined;
  }
}

/** @returns true for a package of the workspace itself: a link to one of its folders */
export function isOfWorkspace(workspaceRoot: string, folder: string): boolean {
  const inside = relative(realpathSync(workspaceRoot), realpathSync(folder));
  return !inside.startsWith('..') && !inside.split(sep).includes('node_modules');
}
