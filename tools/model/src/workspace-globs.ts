import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Minimatch } from 'minimatch';
import { readManifest } from './files/manifest.ts';
import { readFolders } from './folders.ts';
import { UsageError } from './usage-error.ts';

/** pnpm's list of the packages of a workspace. Other package managers have "workspaces" in package.json. */
export const pnpmWorkspaceFile = 'pnpm-workspace.yaml';

/**
 * Reads the globs of the folders that are npm packages of the workspace, of npm, Yarn or pnpm. Those with `!` exclude folders.
 *
 * @param workspaceRoot - absolute
 * @throws UsageError when a file is invalid
 */
export function workspaceGlobs(workspaceRoot: string): readonly string[] {
  const globs = declaredGlobs(workspaceRoot);
  if (globs) return globs;
  const { functions, libs, tools } = readFolders(workspaceRoot);
  return [`${functions}/*/*`, `${libs}/*`, `${tools}/*`];
}

/** See {@link workspaceGlobs}. @returns undefined when no file declares any: the root is no workspace of packages */
export function declaredGlobs(workspaceRoot: string): readonly string[] | undefined {
  const { workspaces } = readManifest(workspaceRoot, '.');
  const own = Array.isArray(workspaces) ? workspaces : workspaces?.packages;
  const pnpm = pnpmGlobs(workspaceRoot);
  if (!own && !pnpm) return undefined;
  return [...(own ?? []), ...(pnpm ?? [])].map((glob) => glob.replace(/^(!?)\.\//, '$1').replace(/\/+$/, ''));
}

/** @returns a test for folders, relative to the workspace root: true for an npm package of the workspace */
export function isWorkspacePackage(globs: readonly string[]): (folder: string) => boolean {
  const compiled = (some: readonly string[]) => some.map((glob) => new Minimatch(glob));
  const excluding = compiled(globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1)));
  const including = compiled(globs.filter((glob) => !glob.startsWith('!')));
  return (folder) =>
    including.some((one) => one.match(folder)) && !excluding.some((one) => one.match(folder));
}

function pnpmGlobs(workspaceRoot: string): readonly string[] | undefined {
  const file = join(workspaceRoot, pnpmWorkspaceFile);
  if (!existsSync(file)) return undefined;
  // Only where it is needed: loading it takes longer than all else of a command's start.
  const { parse }: typeof import('yaml') = createRequire(import.meta.url)('yaml');
  let content: { packages?: unknown } | null;
  try {
    content = parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${pnpmWorkspaceFile} is not YAML: ${(error as Error).message}`);
  }
  const packages = content?.packages;
  return Array.isArray(packages) ? packages.filter((glob) => typeof glob === 'string') : undefined;
}
