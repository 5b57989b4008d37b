import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readFolders } from '@nanoservices/model';
import type { BuildOptions } from 'esbuild';

/** @returns the tsconfig.json of the endpoints' folder, relative to the workspace root; undefined when there is none */
export function ownTsconfig(workspaceRoot: string): string | undefined {
  const file = `${readFolders(workspaceRoot).functions}/tsconfig.json`;
  return existsSync(join(workspaceRoot, file)) ? file : undefined;
}

/**
 * esbuild's options for the tsconfig.json of all bundles: the one in the endpoints' folder, or else tsconfig.base.json with its paths.
 * Without either option, esbuild would take the nearest tsconfig.json of each file.
 */
export function tsconfigOptions(workspaceRoot: string): Pick<BuildOptions, 'tsconfig' | 'tsconfigRaw'> {
  const own = ownTsconfig(workspaceRoot);
  if (own) return { tsconfig: join(workspaceRoot, own) };
  const base = join(workspaceRoot, 'tsconfig.base.json');
  return existsSync(base) ? { tsconfig: base } : { tsconfigRaw: {} };
}
