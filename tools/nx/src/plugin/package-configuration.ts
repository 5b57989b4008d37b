import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@nx/devkit';

/** Configuration of a package in its own files. */
export interface PackageConfiguration {
  /** True when something else configures the package's targets: Nx, or its own test runner, linter or compiler. */
  readonly isForeign: boolean;
  /** True when Nx has a project here without this plugin, with a name of its own. */
  readonly isNamed: boolean;
  /** Names of the scripts in its package.json. */
  readonly scripts: ReadonlySet<string>;
}

const ofOtherTools =
  /^(?:project\.json|tsconfig\.\w+\.json|(?:vite|vitest|jest|eslint)\.config\.[cm]?[jt]s|\.eslintrc(?:\..+)?)$/;

/** @param root - of the package, relative to the workspace root */
export function packageConfiguration(workspaceRoot: string, root: string): PackageConfiguration {
  const folder = join(workspaceRoot, root);
  const manifest = join(folder, 'package.json');
  const { nx, scripts } = existsSync(manifest) ? parseJson(readFileSync(manifest, 'utf8')) : {};
  return {
    isForeign: nx !== undefined || readdirSync(folder).some((file) => ofOtherTools.test(file)),
    isNamed: nx !== undefined || existsSync(join(folder, 'project.json')),
    scripts: new Set(Object.keys(scripts ?? {})),
  };
}
