import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { esbuildSettings, externalImports, linkLocalPackages } from '@nanoservices/build';
import { buildSync } from 'esbuild';
import { repositoryRoot } from '../../testbed/repository.ts';
import { turns } from '../../testbed/turns.ts';
import { compared, publish } from '../findings.ts';
import type { Measured } from '../interleave.ts';

/**
 * `nx run lab:bench-init`: the size and the init time of get-user's bundle, compared with bare Node and the same endpoint
 * written without care; and of a handler with a client of the AWS SDK, in the bundle or beside it as nodejs24.x has it. Each run
 * is a new process that imports the bundle; the contestants take turns.
 */
const rounds = 40;
const folder = mkdtempSync(join(tmpdir(), 'bench-init-'));
const build = (entry: string, name: string, imports: readonly string[] = []): string => {
  const outfile = join(folder, name, 'handler.mjs');
  const { outExtension, ...settings } = esbuildSettings;
  buildSync({
    ...settings,
    external: [...settings.external, ...imports],
    entryPoints: [entry],
    outfile,
    absWorkingDir: repositoryRoot,
  });
  return outfile;
};
const empty = join(folder, 'empty.mjs');
writeFileSync(empty, 'export const handler = 1;\n');
const sdk = '@aws-sdk/client-ssm';
const withSdk = (name: string, awsSdk: 'bundled' | 'runtime') => {
  const imports = externalImports({ architecture: 'arm64', awsSdk, external: [], include: [] });
  return build('tools/lab/bench/init/sdk-handler.ts', name, imports);
};
const provided = withSdk('runtime-sdk', 'runtime');
// Files, which Node finds in a folder of packages: nodejs24.x has the SDK in this form.
linkLocalPackages(
  repositoryRoot,
  { external: {}, provided: { [sdk]: `node_modules/${sdk}` } },
  join(folder, 'runtime-sdk'),
  join(folder, 'packages'),
);
const contestants = [
  { name: 'bare Node', bundle: empty },
  { name: 'get-user', bundle: build('functions/users/get-user/src/handler.ts', 'get-user') },
  { name: 'get-user, careless', bundle: build('tools/lab/bench/init/careless-get-user.ts', 'careless') },
  { name: 'a client of the AWS SDK, bundled', bundle: withSdk('bundled-sdk', 'bundled') },
  { name: 'a client of the AWS SDK, from the runtime', bundle: provided },
];

const results: (Measured & { values: number[] })[] = contestants.map(({ name }) => ({ name, values: [] }));
for (const { contestant, index } of turns(contestants, rounds)) {
  results[index]?.values.push(importMs(contestant.bundle));
}
const times = compared(results, 'ms to import', 'bare Node');
const rows = contestants.map(({ name, bundle }) => [
  name,
  { kB: [statSync(bundle).size / 1000], ...times[name] },
]);
publish({ name: 'init', title: 'A bundle', rows: Object.fromEntries(rows) });
rmSync(folder, { recursive: true });

/** The duration of the import in milliseconds, in a separate process. */
function importMs(bundle: string): number {
  const script = `const t = performance.now(); await import(${JSON.stringify(pathToFileURL(bundle).href)});
    process.stdout.write(String(performance.now() - t));`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' }));
}
