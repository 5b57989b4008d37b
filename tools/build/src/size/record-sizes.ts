import { globSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { functionNameOf, readSizes, recordFile } from './check-sizes.ts';

/**
 * Records the present sizes of all bundles.
 *
 * @returns the file with the records, relative to the workspace root, and the number of bundles
 */
export function recordSizes(workspaceRoot: string): { readonly file: string; readonly count: number } {
  const roots = globSync('functions/{,*/,*/*/}dist/meta.json', { cwd: workspaceRoot })
    .map((file) => dirname(dirname(file)))
    .sort();
  const sizes = Object.fromEntries(
    roots.map((root) => [functionNameOf(root), readSizes(workspaceRoot, root)]),
  );
  writeFileSync(join(workspaceRoot, recordFile), `${JSON.stringify(sizes, null, 2)}\n`);
  return { file: recordFile, count: roots.length };
}
