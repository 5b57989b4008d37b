import { realpathSync } from 'node:fs';
import { join, posix } from 'node:path';
import { UsageError, workspacePath } from '@nanoservices/model';
import { ignoredFiles } from './ignored-files.ts';
import { whyUncounted } from './uncounted-files.ts';
import { installedPackageOf, WorkspacePackages } from './workspace-packages.ts';

const stale = 'a change of it would rebuild nothing';

/**
 * Refuses files beside a bundle that no cache and no watch counts. Modules in the bundle are refused for the same reasons.
 *
 * @param sources - absolute
 * @throws UsageError with a sentence for each file
 */
export function refuseShipped(workspaceRoot: string, sources: readonly string[]): void {
  const own = sources
    .map((source) => workspacePath(workspaceRoot, source))
    .filter((file) => !installedPackageOf(file));
  if (own.length === 0) return;
  const packages = new WorkspacePackages(workspaceRoot);
  const counted = own.map((file) => ({ file, real: targetOf(workspaceRoot, file) }));
  const ignored = ignoredFiles(
    workspaceRoot,
    counted.flatMap(({ real }) => (real.startsWith('../') ? [] : [real])),
  );
  const problems = counted.flatMap(({ file, real }) => {
    const owner = packages.ownerOf(real);
    if (real !== file && (!owner || owner !== packages.ownerOf(file))) {
      return [`${file} is shipped with the bundle, and is a link to ${real}: ${stale}. Move the file here.`];
    }
    const what = whyUncounted(owner ? posix.relative(owner.root, real) : real);
    if (what !== undefined) {
      return [
        `${file} is shipped with the bundle, and is ${what}: ${stale}. Rename it, or name other files.`,
      ];
    }
    if (!ignored.has(real)) return [];
    return [
      `${file} is shipped with the bundle, and .gitignore or .nxignore excludes it: ${stale}. Remove the pattern, or move the file.`,
    ];
  });
  if (problems.length > 0) throw new UsageError(problems.join('\n'));
}

/** @returns the file that a link leads to, or else the file itself; relative to the workspace root */
function targetOf(workspaceRoot: string, file: string): string {
  return workspacePath(realpathSync(workspaceRoot), realpathSync(join(workspaceRoot, file)));
}
