import { relative, sep } from 'node:path';

/**
 * @param root - absolute folder, such as that of the workspace
 * @param file - absolute
 * @returns the path of a file relative to a folder, with slashes on every system
 */
export function workspacePath(root: string, file: string): string {
  return relative(root, file).split(sep).join('/');
}
