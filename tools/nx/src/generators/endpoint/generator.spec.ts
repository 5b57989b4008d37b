import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logger } from '@nx/devkit';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SmallWorkspace } from '../../testing/small-workspace.ts';
import endpointGenerator, { type EndpointOptions, zodVersion } from './generator.ts';

let workspace: SmallWorkspace;
beforeEach(() => {
  workspace = new SmallWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

async function generate(options: EndpointOptions): Promise<Record<string, string>> {
  const tree = new FsTree(workspace.root, false);
  await endpointGenerator(tree, options);
  return Object.fromEntries(
    tree.listChanges().map(({ type, path, content }) => [`${type} ${path}`, `${content}`]),
  );
}

describe('nx g endpoint', () => {
  it.each<EndpointOptions>([
    { name: 'get-item', route: 'GET /orders/{orderId}/items/{itemId}' },
    { name: 'create-order', route: 'POST /orders' },
    { name: 'health', route: 'GET /health', resource: 'system', access: 'public' },
  ])('writes $name as a package, a contract, a handler and a spec', async (options) => {
    const changes = await generate(options);
    expect(
      Object.entries(changes)
        .map(([path, text]) => `### ${path}\n${text}`)
        .join('\n'),
    ).toMatchSnapshot();
  });

  it('declares what it calls and its rights, in the contract and in package.json', async () => {
    const changes = await generate({
      name: 'count-items',
      route: 'GET /orders/{orderId}/count',
      database: ['orders.orders', 'orders.items:select+insert'],
      calls: ['list-orders'],
    });
    const { dependencies } = JSON.parse(changes['CREATE functions/orders/count-items/package.json'] ?? '');
    expect(Object.keys(dependencies)).toEqual([
      '@nanoservices/endpoint',
      '@shop/data-access',
      '@shop/list-orders',
      '@shop/validation',
      'zod',
    ]);
    const contract = changes['CREATE functions/orders/count-items/src/contract.ts'];
    expect(contract).toContain(`import { theContract } from '@shop/list-orders/contract';`);
    expect(contract).toContain('calls: [theContract],');
    expect(contract).toContain(`'orders.orders': ['select'],\n    'orders.items': ['select', 'insert'],`);
  });

  it('writes a table and a call once, however often an option names them', async () => {
    const changes = await generate({
      name: 'count-items',
      route: 'GET /orders/{orderId}/count',
      database: ['orders.items', 'orders.orders', 'orders.items:insert+select'],
      calls: ['list-orders', 'list-orders'],
    });
    const contract = changes['CREATE functions/orders/count-items/src/contract.ts'];
    expect(contract).toContain('calls: [theContract],');
    expect(contract?.match(/import .*list-orders/g)).toHaveLength(1);
    expect(contract).toContain(`'orders.items': ['select', 'insert'],\n    'orders.orders': ['select'],`);
  });

  it('shows the files as they are written: formatted, so that Biome has nothing to change', async () => {
    const tree = new FsTree(workspace.root, false);
    await endpointGenerator(tree, {
      name: 'get-item-of-an-order-with-a-rather-long-name',
      route: 'PUT /orders/{orderId}/items/{itemId}/variants/{variantId}/prices/{priceId}',
    });
    flushChanges(workspace.root, tree.listChanges());
    const biome = fileURLToPath(import.meta.resolve('@biomejs/biome/bin/biome'));
    const { status, stderr } = spawnSync(
      process.execPath,
      [biome, 'check', 'functions/orders/get-item-of-an-order-with-a-rather-long-name'],
      {
        cwd: workspace.root,
        encoding: 'utf8',
      },
    );
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  describe('takes the schema of a number', () => {
    /** The workspace exports it as OrderNumber. */
    async function withOrderNumber(schema: string) {
      const warning = vi.spyOn(logger, 'warn').mockImplementation(() => {});
      workspace.write(
        'libs/validation/src/index.ts',
        `import * as z from 'zod/mini';\nexport const OrderNumber = ${schema};\n`,
      );
      const changes = await generate({ name: 'find-order', route: 'GET /numbers/{orderNumber}' });
      const at = (file: string) => changes[`CREATE functions/numbers/find-order/src/${file}`];
      return { contract: at('contract.ts'), spec: at('handler.spec.ts'), warnings: warning.mock.calls };
    }
    afterEach(() => vi.restoreAllMocks());

    it('with a number as its sample', async () => {
      const { contract, spec, warnings } = await withOrderNumber('z.coerce.number()');
      expect(contract).toContain('orderNumber: OrderNumber');
      expect(spec).toContain('params: { orderNumber: 1 }');
      expect(spec).toContain("message: 'find-order: 1'");
      expect(warnings).toEqual([]);
    });

    it('unless no text is known that it accepts: then it says so, and takes any text', async () => {
      const { contract, spec, warnings } = await withOrderNumber('z.number()');
      expect(contract).toContain('orderNumber: z.string()');
      expect(contract).not.toContain('OrderNumber');
      expect(spec).toContain("params: { orderNumber: 'one' }");
      expect(warnings).toEqual([
        [
          expect.stringMatching(
            /^\{orderNumber\} is z\.string\(\) in functions\/numbers\/find-order\/src\/contract\.ts, not OrderNumber: .*example.*@shop\/validation/,
          ),
        ],
      ]);
    });
  });

  it('changes nothing the second time', async () => {
    const options = { name: 'get-item', route: 'GET /orders/{orderId}/items/{itemId}' };
    const tree = new FsTree(workspace.root, false);
    await endpointGenerator(tree, options);
    flushChanges(workspace.root, tree.listChanges());
    expect(await generate(options)).toEqual({});
  });

  it.each([
    [{ name: 'GetItem', route: 'GET /items' }, /"GetItem" is no name for an endpoint: it is kebab-case/],
    [
      { name: 'get-order', route: 'GET /items' },
      /There is a "get-order" already, in functions\/orders\/get-order/,
    ],
    [{ name: 'app', route: 'GET /items' }, /There is a "app" already/],
    [{ name: 'get-item', route: '/items' }, /--route "\/items" is no route: it is a method and a path/],
    [{ name: 'get-item', route: 'GET items' }, /is no route/],
    [{ name: 'get-item', route: 'GET /a/{x}/{x}' }, /--route: .*\{x\} is there twice/],
    [{ name: 'get-item', route: 'GET /items/' }, /--route: .*write "\/items"/],
    [{ name: 'get-item', route: 'get /items' }, /is no route/],
    [{ name: 'get-item', route: 'HEAD /items' }, /HEAD is for a plain Lambda handler/],
    [{ name: 'get-item', route: 'ANY /items' }, /ANY is for a plain Lambda handler/],
    [{ name: 'get-item', route: 'TRACE /items' }, /"method" is "TRACE"/],
    [{ name: 'get-item', route: 'ANY $default' }, /is no route/],
    [{ name: 'get-item', route: 'GET /orders/{id}.json' }, /split "\{id\}\.json"/],
    [
      { name: 'get-item', route: 'GET /orders/{id}/items' },
      /of get-item has \{id\} where .* has \{orderId\}/,
    ],
    [{ name: 'get-item', route: 'GET /orders/{id}' }, /is that of get-order: GET \/orders\/\{orderId\}/],
    [
      { name: 'get-item', route: 'GET /items', calls: ['get-stock'] },
      /--calls: there is no endpoint "get-stock"\. There are: get-customer, get-order, list-orders/,
    ],
    [
      { name: 'get-item', route: 'GET /items', database: ['items'] },
      /--database "items" is no table with privileges: write it as in orders\.items:select\+insert/,
    ],
    [{ name: 'get-item', route: 'GET /{id}' }, /--resource: "\{id\}" is no folder name/],
  ])('refuses %j, and writes nothing', async (options, message) => {
    const tree = new FsTree(workspace.root, false);
    await expect(endpointGenerator(tree, options)).rejects.toThrow(message);
    expect(tree.listChanges()).toEqual([]);
  });

  it('gives endpoints the zod of @nanoservices/endpoint', () => {
    const file = fileURLToPath(import.meta.resolve('@nanoservices/endpoint'));
    const manifest = readFileSync(join(file, '../../package.json'), 'utf8');
    expect(JSON.parse(manifest).dependencies.zod).toBe(zodVersion);
  });
});
