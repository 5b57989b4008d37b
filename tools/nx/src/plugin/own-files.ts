import { type Folders, handlerFiles, isHandlerFile } from '@nanoservices/model';

/** Globs of files that projects are made from, in any folder: Nx reads globs before options. */
export const projectFiles = `{package.json,**/package.json,${handlerFiles.map((file) => `**/${file}`).join()}}`;

/**
 * Makes a filter of {@link projectFiles}.
 *
 * @returns true for the package.json of the workspace, of a unit, lib or tool, and for the handler of an endpoint
 */
export function isOwnFile({ functions, libs, tools }: Folders): (file: string) => boolean {
  const isIn = (folder: string, parts: readonly string[]) => parts.join('/') === folder;
  return (file) => {
    const parts = file.split('/');
    if (isHandlerFile(file)) return isIn(functions, parts.slice(0, -4));
    if (file === 'package.json' || isIn(functions, parts.slice(0, -1))) return true;
    return [functions, libs, tools].some((folder) => isIn(folder, parts.slice(0, -2)));
  };
}
