import { FsTree } from 'nx/src/generators/tree.js';
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
  workspace.endpoint('customers/get-customer', 'GET /customers/{customerId}');
  await removeEndpointGenerator(tree, { name: 'list-orders' });
  expect(changes()).toContain('UPDATE functions/topology.json');
  expect(JSON.parse(tree.read('functions/topology.json', 'utf8') ?? '').isolation).toEqual({});
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
