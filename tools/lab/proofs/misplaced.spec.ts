import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNx } from '../testbed/nx.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// A mistake in the tree: Nx and `nanos` say what is wrong and where, whichever command is run.
let workspace: WorkspaceFixture;
beforeAll(() => {
  workspace = new WorkspaceFixture({ withNx: true });
});
afterAll(() => workspace.delete());

const getOrder = 'functions/orders/get-order';

async function outputOf(running: Promise<unknown>): Promise<string> {
  const { stdout, stderr } = await running.then(
    () => ({ stdout: 'succeeded', stderr: '' }),
    (error) => error,
  );
  return `${stdout}${stderr}`;
}

function nanos(...args: string[]): Promise<unknown> {
  const file = join(workspace.root, 'tools/nx/bin/nanos.mjs');
  return promisify(execFile)(process.execPath, [file, ...args], { cwd: workspace.root });
}

it.each([
  [
    'two endpoints of one name',
    () => {
      for (const file of ['package.json', 'src/contract.ts', 'src/handler.ts']) {
        workspace.write(`functions/customers/get-order/${file}`, workspace.read(`${getOrder}/${file}`));
      }
    },
    /functions\/(?:orders|customers)\/get-order and functions\/(?:orders|customers)\/get-order are both called "get-order": rename one folder\./,
    'functions/customers/get-order',
  ],
  [
    'a file that endpoints share',
    () => {
      workspace.write('functions/orders/shared.ts', 'export const shared = 1;');
      workspace.write(`${getOrder}/src/shared.ts`, `export * from '../../shared.ts';`);
    },
    /functions\/orders\/shared\.ts is in no package: .* Move it into a package in libs/,
    'functions/orders/shared.ts',
  ],
  [
    'an endpoint too deep',
    () =>
      workspace.write(
        'functions/orders/items/get-item/package.json',
        JSON.stringify({ name: '@shop/get-item' }),
      ),
    /functions\/orders\/items\/get-item is too deep for an endpoint.* Move it to functions\/orders\/get-item\./,
    'functions/orders/items',
  ],
])('%s', async (_, make, sentence, made) => {
  make();
  expect(await outputOf(runNx(workspace.root, 'run-many', '-t', 'build'))).toMatch(sentence);
  expect(await outputOf(runNx(workspace.root, 'run', 'create-order:build'))).toMatch(sentence);
  const told = await outputOf(nanos('topology'));
  expect(told).toMatch(sentence);
  expect(told).not.toMatch(/^\s+at /m);
  workspace.remove(made);
});
