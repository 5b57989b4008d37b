import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNx } from '../testbed/nx.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The real Nx, on what a commit changes: the projects that `nx affected -t deploy` runs.
let workspace: WorkspaceFixture;

beforeAll(() => {
  workspace = new WorkspaceFixture({ withNx: true });
  workspace.commit('everything');
});
afterAll(() => workspace.delete());

/** The projects with a target `deploy` that the last commit affects, without their scope. */
async function affected(): Promise<string[]> {
  const output = await runNx(
    ...[workspace.root, 'show', 'projects', '--affected', '--base', 'HEAD~1'],
    ...['--withTarget', 'deploy', '--json'],
  );
  const projects: string[] = JSON.parse(/\[.*\]/s.exec(output)?.[0] ?? '');
  return projects.map((name) => name.replace(/^@[^/]+\//, '')).sort();
}

it.each<[string, string, readonly string[]]>([
  ['a README', 'README.md', []],
  ['a workflow', '.github/workflows/ci.yml', []],
  ['the settings of the editor', '.vscode/settings.json', []],
  // Units are no functions of the active topology.
  ['a handler', 'functions/orders/get-order/src/handler.ts', ['get-order']],
  // list-customer-orders is called by get-customer. The API has the routes of all contracts.
  [
    'a contract',
    'functions/orders/list-customer-orders/src/contract.ts',
    ['get-customer', 'list-customer-orders', 'workspace'],
  ],
])('%s', async (_, file, expected) => {
  workspace.write(file, `${workspace.exists(file) ? workspace.read(file) : ''}\n`);
  workspace.commit(`change ${file}`);
  expect(await affected()).toEqual(expected);
});

it('the active topology', async () => {
  workspace.edit('functions/topology.json', (text) => text.replace('"active": "nano"', '"active": "micro"'));
  workspace.commit('another topology');
  expect(await affected()).toEqual(expect.arrayContaining(['orders', 'workspace']));
});
