import { globSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeScaleWorkspace } from '@nanoservices/workspace/scale-workspace';
import { runNx } from '@nanoservices/workspace/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

// The real Nx, which packages all functions as one batch unless told otherwise.
const original = fileURLToPath(new URL('../../../..', import.meta.url));
let workspace: string;

beforeAll(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'package-')));
  makeScaleWorkspace(original, workspace, 6);
  const stages = { dev: { region: 'eu-central-1' }, prod: { region: 'eu-west-1' } };
  writeFileSync(join(workspace, 'functions/stages.json'), JSON.stringify({ application: 'test', stages }));
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const nxPackage = (...args: string[]) =>
  runNx(workspace, 'run-many', '-t', 'package', '--outputStyle=static', ...args).catch(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );

/** What packaging made, by file; removed, so that the next one starts from nothing. */
function takeArtifacts(): Map<string, string> {
  const files = globSync('functions/**/artifact/{*,*/*}.{zip,yml}', { cwd: workspace }).sort();
  const artifacts = new Map(files.map((file) => [file, readFileSync(join(workspace, file), 'latin1')]));
  for (const folder of globSync('functions/**/artifact', { cwd: workspace })) {
    rmSync(join(workspace, folder), { recursive: true });
  }
  return artifacts;
}

it('makes the same artifacts in one process as one by one', { timeout: 120_000 }, async () => {
  expect(await nxPackage()).toContain('Running 8 tasks with @nanoservices/deploy:package');
  const together = takeArtifacts();
  // A zip, and a serverless.yml for each of two stages, of six endpoints and two units.
  expect(together.size).toBe(3 * 8);
  expect(await nxPackage('--batch=false', '--skipNxCache', '--excludeTaskDependencies')).not.toContain(
    'Running 8 tasks',
  );
  expect(takeArtifacts()).toEqual(together);
});

it('fails for what is wrong alone, and says where', { timeout: 60_000 }, async () => {
  const file = join(workspace, 'functions/orders/get-order/package.json');
  const manifest = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...manifest, lambda: { memorySize: 1 } }));
  const output = await nxPackage();
  expect(output).toContain('functions/orders/get-order/package.json is invalid: "lambda.memorySize"');
  const packaged = [...takeArtifacts().keys()].filter((name) => name.endsWith('.zip'));
  expect(packaged).toEqual(
    ['count-orders', 'create-order', 'delete-order', 'list-orders', 'update-order'].map(
      (name) => `functions/orders/${name}/artifact/function.zip`,
    ),
  );
});
