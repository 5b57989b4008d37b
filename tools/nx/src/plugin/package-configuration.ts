import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { readLenientJson } from '@nanoservices/model';

/** Configuration of a package in its own files. */
export interface PackageConfiguration {
  /** True when something else configures the package's targets: Nx, or its own test runner, linter or compiler. */
  readonly isForeign: boolean;
  /** True when package.json or project.json already gives Nx a name for this project. */
  readonly isNamed: boolean;
  /** Names of the scripts in its package.json. */
  readonly scripts: ReadonlySet<string>;
}

const ofOtherTools =
  /^(?:project\.json|tsconfig\.\w+\.json|(?:vite|vitest|jest|eslint)\.config\.[cm]?[jt]s|\.eslintrc(?:\..+)?)$/;

/**
 * @param root - of the package, relative to the workspace root
 * @throws UsageError when its package.json is not JSON
 */
export function packageConfiguration(workspaceRoot: string, root: string): PackageConfiguration {
  const folder = join(workspaceRoot, root);
  const { nx, scripts } = existsSync(join(folder, 'package.json'))
    ? readLenientJson(workspaceRoot, posix.join(root, 'package.json'))
    : {};
  return {
    isForeign: nx !== undefined || readdirSync(folder).some((file) => ofOtherTools.test(file)),
    isNamed: nx !== undefined || existsSync(join(folder, 'project.json')),
    scripts: new Set(Object.keys(scripts ?? {})),
  };
}
