import { globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNx } from '../testbed/nx.ts';
import { scaleWorkspace } from '../testbed/scale/scale-workspace.ts';
import type { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The real Nx, which packages all functions as one batch unless told otherwise.
let workspace: WorkspaceFixture;

beforeAll(() => {
  workspace = scaleWorkspace(6);
  const stages = { dev: { region: 'eu-central-1' }, prod: { region: 'eu-west-1' } };
  workspace.write('functions/stages.json', JSON.stringify({ application: 'test', stages }));
});
afterAll(() => workspace.delete());

const nxPackage = (...args: string[]) =>
  runNx(workspace.root, 'run-many', '-t', 'package', '--outputStyle=static', ...args).catch(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );

/** The files that packaging made; removed, so that the next one starts from nothing. */
function takeArtifacts(): Map<string, string> {
  const files = globSync('functions/**/artifact/{*,*/*}.{zip,yml}', { cwd: workspace.root }).sort();
  const artifacts = new Map(files.map((file) => [file, readFileSync(join(workspace.root, file), 'latin1')]));
  for (const folder of globSync('functions/**/artifact', { cwd: workspace.root })) {
    rmSync(join(workspace.root, folder), { recursive: true });
  }
  return artifacts;
}

it('makes the same artifacts in one process as one by one', async () => {
  expect(await nxPackage()).toContain('Running 8 tasks with @nanoservices/nx:package');
  const together = takeArtifacts();
  // A zip, and a serverless.yml for each of two stages, of six endpoints and two units.
  expect(together.size).toBe(3 * 8);
  expect(await nxPackage('--batch=false', '--skipNxCache', '--excludeTaskDependencies')).not.toContain(
    'Running 8 tasks',
  );
  expect(takeArtifacts()).toEqual(together);
});

it('fails for what is wrong alone, and says where', async () => {
  const name = 'an-endpoint-with-a-name-that-is-too-long-for-lambda-and-postgres';
  workspace.endpoint(name, 'GET /long', 'return {}');
  workspace.linkPackages();
  const output = await nxPackage();
  expect(output).toContain(`test-dev-${name} has 73 characters; Lambda and PostgreSQL take 63.`);
  const packaged = [...takeArtifacts().keys()].filter((file) => file.endsWith('.zip'));
  // Two units and six endpoints.
  expect(packaged).toHaveLength(8);
  expect(packaged.join()).not.toContain(name);
});
