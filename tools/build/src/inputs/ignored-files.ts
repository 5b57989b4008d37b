import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Files that git or Nx ignores. Nx hashes none of them, whatever the inputs of a target say.
 *
 * @param files - relative to the workspace root
 * @returns none outside of a git repository
 */
export function ignoredFiles(workspaceRoot: string, files: readonly string[]): ReadonlySet<string> {
  if (files.length === 0) return new Set();
  const nxignore = join(workspaceRoot, '.nxignore');
  const { status, stdout } = spawnSync(
    'git',
    [
      ...(existsSync(nxignore) ? ['-c', `core.excludesFile=${nxignore}`] : []),
      // Nx decides by the patterns, also about a file that git tracks.
      ...['check-ignore', '--no-index', '-z', '--stdin'],
    ],
    { cwd: workspaceRoot, input: files.join('\0'), encoding: 'utf8', maxBuffer: 2 ** 26 },
  );
  return new Set(status === 0 ? stdout.split('\0').filter(Boolean) : []);
}
