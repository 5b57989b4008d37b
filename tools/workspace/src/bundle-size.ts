import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { checkSize, type RecordedSizes, sizesOf } from './bundle-budget.ts';

/**
 * `node bundle-size.ts <endpoint root>` checks a built bundle against its budget; `--record` accepts the sizes of all
 * bundles as they are now. To be run from the workspace root.
 */
const recordFile = 'tools/workspace/bundle-sizes.json';
const { values, positionals } = parseArgs({
  options: { record: { type: 'boolean' } },
  allowPositionals: true,
});

if (values.record) {
  const metafiles = globSync('functions/{,*/,*/*/}dist/meta.json').sort();
  const sizes = Object.fromEntries(
    metafiles.map((file) => [nameOf(dirname(dirname(file))), readSizes(file)]),
  );
  writeFileSync(recordFile, `${JSON.stringify(sizes, null, 2)}\n`);
  console.log(`${recordFile}: recorded ${metafiles.length} bundles`);
} else {
  const [root = ''] = positionals;
  const recorded: RecordedSizes = JSON.parse(readFileSync(recordFile, 'utf8'));
  const { ok, message } = checkSize(nameOf(root), readSizes(`${root}/dist/meta.json`), recorded);
  if (ok) console.log(message);
  else console.error(message);
  process.exitCode = ok ? 0 : 1;
}

/** The function's name: that of its folder; the folder of all functions is the application. */
function nameOf(root: string): string {
  return root === 'functions' ? 'app' : basename(root);
}

function readSizes(metafile: string) {
  return sizesOf(JSON.parse(readFileSync(metafile, 'utf8')));
}
