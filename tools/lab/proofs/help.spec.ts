import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNx } from '../testbed/nx.ts';
import { repositoryRoot } from '../testbed/repository.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

const plugin = join(repositoryRoot, 'tools/nx');
const read = (file: string) => JSON.parse(readFileSync(join(plugin, file), 'utf8'));
const schemas = [
  ...Object.entries<{ schema: string }>(read('executors.json').executors),
  ...Object.entries<{ schema: string }>(read('generators.json').generators),
].map(([name, { schema }]): [string, string] => [name, schema]);

it.each(schemas)('the schema of %s describes it, and each of its options', (_, file) => {
  const { title, description, properties } = read(file);
  expect([title, description]).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
  for (const [option, { description: text, hidden }] of Object.entries<{
    description?: string;
    hidden?: boolean;
  }>(properties)) {
    if (!hidden) expect(text, option).toMatch(/\w/);
  }
});

// Nx prints "undefined" for whatever a schema lacks.
describe('the help of Nx', () => {
  let workspace: WorkspaceFixture;
  beforeAll(() => {
    workspace = new WorkspaceFixture({ withNx: true });
  });
  afterAll(() => workspace.delete());

  it.each([
    ['g', 'endpoint'],
    ['g', 'remove-endpoint'],
    ...['build', 'size', 'package', 'invoke', 'deploy'].map((target) => ['run', `get-order:${target}`]),
    ...['topology', 'token', 'client', 'status'].map((target) => ['run', `workspace:${target}`]),
  ])('nx %s %s --help', async (...args) => {
    const help = await runNx(workspace.root, ...args, '--help');
    expect(help).toContain('Options:');
    expect(help).not.toMatch(/undefined|\[object/);
  });
});
