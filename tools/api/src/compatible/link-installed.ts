import { existsSync, globSync, lstatSync, mkdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { linkPackages, readFolders, readManifest } from '@nanoservices/model';

/**
 * Makes the contracts of another commit importable: links the packages that are installed, and the commit's own ones. A framework
 * that is part of the workspace is not the commit's: both states of an API are read by the same one.
 *
 * @param copy - the files of the commit
 */
export function linkInstalled(workspaceRoot: string, copy: string): void {
  const original = realpathSync(workspaceRoot);
  for (const path of globSync('node_modules/@nanoservices/*', { cwd: original })) {
    if (!lstatSync(join(original, path)).isSymbolicLink() || !existsSync(join(original, path))) continue;
    const folder = relative(original, realpathSync(join(original, path)));
    if (!folder.startsWith('..') && !folder.startsWith('node_modules')) {
      rmSync(join(copy, folder), { recursive: true, force: true });
    }
  }
  linkPackages(original, copy);
  const { functions, libs } = readFolders(copy);
  for (const file of globSync([`${functions}/{*,*/*}/package.json`, `${libs}/*/package.json`], {
    cwd: copy,
  })) {
    const { name } = readManifest(copy, dirname(file));
    const link = join(copy, 'node_modules', name);
    if (existsSync(link)) continue;
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(join(copy, dirname(file)), link);
  }
}
