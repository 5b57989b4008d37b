import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SmallWorkspace } from '../../testing/small-workspace.ts';
import removeEndpointGenerator from './generator.ts';

let workspace: SmallWorkspace;
let tree: FsTree;
beforeEach(() => {
  workspace = new SmallWorkspace();
  tree = new FsTree(workspace.root, false);
});
afterEach(() => workspace[Symbol.dispose]());

const changes = () => tree.listChanges().map(({ type, path }) => `${type} ${path}`);

it('removes the folder', async () => {
  await removeEndpointGenerator(tree, { name: 'get-order' });
  expect(changes()).toEqual(['DELETE functions/orders/get-order']);
});

it('removes its isolation, too', async () => {
  workspace.routed('customers/get-customer', 'GET /customers/{customerId}');
  await removeEndpointGenerator(tree, { name: 'list-orders' });
  expect(changes()).toContain('UPDATE functions/topology.json');
  expect(JSON.parse(tree.read('functions/topology.json', 'utf8') ?? '').isolation).toEqual({});
});

it('removes its isolation and its rate, too, formatted as Biome wants', async () => {
  const topologies = { nano: [], micro: ['orders'] };
  workspace.write('functions/topology.json', { topologies, isolation: { 'get-order': 'thread' } });
  workspace.write('functions/traffic.json', { endpoints: { 'get-order': 0.5, 'list-orders': 1 } });
  await removeEndpointGenerator(tree, { name: 'get-order' });
  const updated = ['topology', 'traffic'].map((name) => `functions/${name}.json`);
  expect(changes().sort()).toEqual([
    'DELETE functions/orders/get-order',
    ...updated.map((file) => `UPDATE ${file}`),
  ]);
  flushChanges(workspace.root, tree.listChanges());
  const read = (file: string) => JSON.parse(readFileSync(join(workspace.root, file), 'utf8'));
  expect(updated.map(read)).toEqual([{ topologies, isolation: {} }, { endpoints: { 'list-orders': 1 } }]);
  const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'));
  const { status, stdout } = spawnSync(process.execPath, [biome, 'check', ...updated], {
    cwd: workspace.root,
    encoding: 'utf8',
  });
  expect({ status, stdout }).toMatchObject({ status: 0 });
});

it('leaves files alone that do not name it', async () => {
  workspace.write('functions/traffic.json', { endpoints: { '*': 1 } });
  await removeEndpointGenerator(tree, { name: 'get-order' });
  expect(changes()).toEqual(['DELETE functions/orders/get-order']);
});

it('is an error the second time, which names the endpoints that are left', async () => {
  await removeEndpointGenerator(tree, { name: 'get-order' });
  flushChanges(workspace.root, tree.listChanges());
  const again = removeEndpointGenerator(new FsTree(workspace.root, false), { name: 'get-order' });
  await expect(again).rejects.toThrow(
    'There is no endpoint "get-order". There are: get-customer, list-orders.',
  );
});

it.each([
  ['nothing', /There is no endpoint "nothing"\. There are: get-customer, get-order, list-orders/],
  ['list-orders', /list-orders is called by get-customer: remove the call/],
])('refuses %s, and removes nothing', async (name, message) => {
  await expect(removeEndpointGenerator(tree, { name })).rejects.toThrow(message);
  expect(changes()).toEqual([]);
});

it('refuses the only endpoint of a unit', async () => {
  workspace.write('functions/customers/package.json', { name: '@shop/customers', unit: {} });
  await expect(removeEndpointGenerator(tree, { name: 'get-customer' })).rejects.toThrow(
    /only endpoint of the unit "customers": remove functions\/customers\/package.json first/,
  );
});
