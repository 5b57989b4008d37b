import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { linkLocalPackages } from './local-packages.ts';
import { readContents } from './written-contents.ts';

/**
 * Copies a built function out of the workspace, as it is in the zip: nothing else of the workspace can be imported or
 * read by chance.
 *
 * @param bundle - the built bundle, relative to the workspace root
 * @param target - folder of the copy, absolute and outside of the workspace
 * @param shared - folder of packages that several functions share
 * @returns the copied bundle, absolute
 * @throws UsageError when a package that it needs is not installed
 */
export function stageFunction(workspaceRoot: string, bundle: string, target: string, shared: string): string {
  const dist = dirname(join(workspaceRoot, bundle));
  const contents = readContents(dist);
  for (const path of ['handler.mjs', 'handler.mjs.map', ...Object.keys(contents.files)]) {
    if (path === 'handler.mjs.map' && !existsSync(join(dist, path))) continue;
    mkdirSync(dirname(join(target, path)), { recursive: true });
    copyFileSync(join(dist, path), join(target, path));
  }
  linkLocalPackages(workspaceRoot, contents, target, shared);
  return join(target, 'handler.mjs');
}
