/** `node record-sizes.ts`, from the workspace root: accepts the sizes of all bundles as they are now. */
import { globSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { functionNameOf, readSizes, recordFile } from './check-sizes.ts';

const roots = globSync('functions/{,*/,*/*/}dist/meta.json')
  .map((file) => dirname(dirname(file)))
  .sort();
const sizes = Object.fromEntries(roots.map((root) => [functionNameOf(root), readSizes(process.cwd(), root)]));
writeFileSync(recordFile, `${JSON.stringify(sizes, null, 2)}\n`);
console.log(`${recordFile}: recorded ${roots.length} bundles`);
