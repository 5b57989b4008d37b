import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNx, tasksIn } from '../testbed/nx.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The real Nx with the real plugin, on the shop.
const orders = [
  'create-order',
  'delete-order',
  'get-order',
  'list-customer-orders',
  'list-orders',
  'update-order',
];
const all = [...orders, 'app', 'customers', 'get-customer', 'orders'].sort();
const specs = ['functions/orders/get-order/src/handler.spec.ts', 'libs/validation/src/orders.spec.ts'];
let workspace: WorkspaceFixture;

beforeAll(() => {
  workspace = new WorkspaceFixture({ withNx: true });
  for (const spec of specs) workspace.write(spec, "import { it } from 'vitest';\nit('works');\n");
});
afterAll(() => workspace.delete());

/** The projects, of these, whose task Nx has run, and not taken from the cache. */
async function run(target: string, projects: readonly string[]): Promise<string[]> {
  const args = ['run-many', '-t', target, '-p', projects.join(), '--outputStyle=static'];
  const tasks = tasksIn(await runNx(workspace.root, ...args), target);
  // Nothing is learned from an output that cannot be read.
  expect(new Set(tasks.map(({ project }) => project))).toEqual(new Set(projects));
  return [...new Set(tasks.filter(({ fromCache }) => !fromCache).map(({ project }) => project))].sort();
}

const built = () => run('build', all);

function touch(path: string): void {
  appendFileSync(join(workspace.root, path), `\nexport const touched = '${Math.random()}';\n`);
}

it('builds what a change can have changed, and nothing else', async () => {
  expect(await built()).toEqual(all);
  expect(await built(), 'a second run').toEqual([]);

  touch('functions/orders/get-order/src/handler.ts');
  expect(await built(), 'a handler').toEqual(['app', 'get-order', 'orders']);

  touch('functions/orders/list-customer-orders/src/handler.ts');
  expect(await built(), 'the handler of an endpoint that another one calls').toEqual([
    'app',
    'list-customer-orders',
    'orders',
  ]);

  touch('functions/orders/list-customer-orders/src/contract.ts');
  expect(await built(), 'its contract').toEqual([
    'app',
    'customers',
    'get-customer',
    'list-customer-orders',
    'orders',
  ]);

  touch('libs/data-access/src/orders.ts');
  expect(await built(), 'a lib').toEqual(all);

  for (const spec of specs) touch(spec);
  workspace.write('libs/validation/NOTES.md', 'new');
  expect(await built(), 'tests and documentation').toEqual([]);

  touch('tools/model/src/pack.ts');
  expect(await built(), 'the model, which every build reads').toEqual(all);

  touch('tools/build/src/esbuild-settings.ts');
  expect(await built(), 'the settings of the bundler').toEqual(all);

  touch('tools/deploy/src/index.ts');
  expect(await built(), 'a tool that no build runs').toEqual([]);
});

it('checks the dependents of a lib, and not its dependencies', async () => {
  const checked = () => run('typecheck', ['validation', 'endpoint', 'data-access']);
  expect(await checked()).toEqual(['data-access', 'endpoint', 'validation']);
  touch('libs/validation/src/ids.ts');
  expect(await checked()).toEqual(['data-access', 'validation']);
  touch('libs/endpoint/src/reply.ts');
  expect(await checked()).toEqual(['data-access', 'endpoint', 'validation']);
});

it('refuses an endpoint whose package is named otherwise, saying which and how', {
  timeout: 60_000,
}, async () => {
  const file = 'functions/orders/get-order/package.json';
  workspace.edit(file, (text) => text.replace('@shop/get-order', '@shop/read-order'));
  const error = await runNx(workspace.root, 'show', 'projects').catch((caught) => caught);
  expect(`${error.stdout}${error.stderr}`).toContain(
    `${file}: "name" is "@shop/read-order". It must be "@shop/get-order"`,
  );
});
