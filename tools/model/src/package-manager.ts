import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from './usage-error.ts';
import { pnpmWorkspaceFile } from './workspace-globs.ts';

/** The package manager of a workspace. */
export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const lockFiles: readonly [file: string, manager: PackageManager][] = [
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['package-lock.json', 'npm'],
  [pnpmWorkspaceFile, 'pnpm'],
];

/** Names of the lock files of all package managers. */
export const lockFileNames = lockFiles.map(([file]) => file).filter((file) => file !== pnpmWorkspaceFile);

/** @returns the package manager whose lock file the workspace has; npm without one */
export function packageManagerOf(workspaceRoot: string): PackageManager {
  return lockFiles.find(([file]) => existsSync(join(workspaceRoot, file)))?.[1] ?? 'npm';
}

/** @returns the command that installs what the package.json files of a workspace declare */
export function installCommand(workspaceRoot: string): string {
  return `${packageManagerOf(workspaceRoot)} install`;
}

/**
 * @param root - of the package; default: the workspace root
 * @returns the command that declares packages in a package of the workspace, and installs them
 */
export function addCommand(workspaceRoot: string, names: string, root?: string): string {
  switch (packageManagerOf(workspaceRoot)) {
    case 'pnpm':
      return root ? `pnpm --dir ${root} add ${names}` : `pnpm add -w ${names}`;
    case 'yarn':
      return `yarn ${root ? `--cwd ${root} ` : ''}add ${names}`;
    case 'bun':
      return `bun add ${names}${root ? ` --cwd ${root}` : ''}`;
    case 'npm':
      return `npm install ${names}${root ? ` -w ${root}` : ''}`;
  }
}

/**
 * The version range by which one package of a workspace depends on another. pnpm asks the registry for any other range.
 *
 * @see https://pnpm.io/workspaces#workspace-protocol-workspace
 */
export function siblingRange(workspaceRoot: string): string {
  return packageManagerOf(workspaceRoot) === 'pnpm' ? 'workspace:*' : '*';
}

/** @throws UsageError in a workspace without node_modules, from which functions are bundled */
export function refusePlugAndPlay(workspaceRoot: string): void {
  if (!existsSync(join(workspaceRoot, '.pnp.cjs'))) return;
  throw new UsageError(
    `.pnp.cjs: Yarn Plug'n'Play is not supported, since functions are bundled from node_modules. Write "nodeLinker: node-modules" into .yarnrc.yml, and run yarn install.`,
  );
}
