import { globSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, join, sep } from 'node:path';
import type { CodeSettings } from '@nanoservices/model';
import { readContents } from '../contents/written-contents.ts';
import { installForLambda } from './lambda-packages.ts';

/** A file of a function. */
export interface FunctionFile {
  readonly bytes: Uint8Array;
  readonly isExecutable: boolean;
}

/**
 * Reads all files of a built function, as Lambda unpacks them: the bundle, the files beside it, and its external packages
 * for Lambda's system and CPU.
 *
 * @param packed - `bundle` is relative to the workspace root
 * @returns files by path
 * @throws UsageError when an external package does not come for this CPU
 */
export async function functionFiles(
  workspaceRoot: string,
  { bundle, code }: { readonly bundle: string; readonly code: CodeSettings },
): Promise<Record<string, FunctionFile>> {
  const dist = join(workspaceRoot, dirname(bundle));
  const { files, external } = readContents(dist);
  const paths = new Map(['handler.mjs', ...Object.keys(files)].map((path) => [path, join(dist, path)]));
  if (Object.keys(external).length > 0) {
    const { architecture } = code;
    const installed = await installForLambda({ workspaceRoot, external, architecture });
    for (const path of packageFiles(installed)) paths.set(path, join(installed, path));
  }
  return Object.fromEntries([...paths].map(([path, file]) => [path, readFile(file)]));
}

/** @returns paths with slashes. npm's own notes are no part of a package */
function packageFiles(installed: string): string[] {
  return globSync('node_modules/**', { cwd: installed })
    .filter((path) => statSync(join(installed, path)).isFile())
    .filter((path) => basename(path) !== '.package-lock.json')
    .map((path) => path.split(sep).join('/'));
}

function readFile(file: string): FunctionFile {
  return { bytes: readFileSync(file), isExecutable: (statSync(file).mode & 0o100) !== 0 };
}
