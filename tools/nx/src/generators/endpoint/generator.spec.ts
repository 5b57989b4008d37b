import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { logger } from '@nx/devkit';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SmallWorkspace } from '../../testing/small-workspace.ts';
import endpointGenerator, { type EndpointOptions, zodVersion } from './generator.ts';

const repositoryRoot = fileURLToPath(new URL('../../../../../', import.meta.url));

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

describe('in a workspace with other projects, nx g endpoint', () => {
  const options: EndpointOptions = { name: 'get-item', route: 'GET /items/{itemId}', calls: ['list-orders'] };
  const root = { name: 'acme', private: true };
  const dependenciesIn = (changes: Record<string, string>) =>
    JSON.parse(changes['CREATE functions/items/get-item/package.json'] as string).dependencies;

  it.each([
    ['has others', { workspaces: ['apps/*'] }, { workspaces: ['apps/*', 'functions/*/*'] }],
    [
      'has them in an object, as Yarn takes them',
      { workspaces: { packages: ['apps/*'], nohoist: ['x'] } },
      { workspaces: { packages: ['apps/*', 'functions/*/*'], nohoist: ['x'] } },
    ],
    ['has none', {}, { workspaces: ['functions/*/*'] }],
    ['has them all', { workspaces: ['**'] }, { workspaces: ['**'] }],
  ])('adds the glob of endpoints to a package.json that %s', async (_, before, after) => {
    workspace.write('package.json', { ...root, ...before });
    const { 'UPDATE package.json': text } = await generate(options);
    expect(JSON.parse(text as string)).toMatchObject({ ...root, ...after });
  });

  it('adds what specs and types need to the root, at versions that are there', async () => {
    workspace.write('package.json', { ...root, devDependencies: { vitest: '^4.0.0' } });
    const { devDependencies } = JSON.parse((await generate(options))['UPDATE package.json'] as string);
    expect(devDependencies.vitest).toBe('^4.0.0');
    const { '@nanoservices/endpoint': framework, vitest, ...others } = devDependencies;
    expect(framework).toBeDefined();
    const { devDependencies: ours } = JSON.parse(readFileSync(join(repositoryRoot, 'package.json'), 'utf8'));
    expect(ours).toMatchObject(others);
  });

  it('adds what Vitest expects, where the package manager does not install it', async () => {
    workspace.write('package.json', root);
    workspace.write('yarn.lock', '');
    const { devDependencies } = JSON.parse((await generate(options))['UPDATE package.json'] as string);
    const vitest = JSON.parse(readFileSync(join(repositoryRoot, 'node_modules/vitest/package.json'), 'utf8'));
    expect(vitest.peerDependencies.vite).toContain(devDependencies.vite);
  });

  it('changes no root that has it all', async () => {
    expect(Object.keys(await generate(options))).not.toContain('UPDATE package.json');
  });

  it("adds the glob to pnpm's file, keeps its comments, and names siblings as pnpm does", async () => {
    workspace.write('package.json', root);
    workspace.write('pnpm-lock.yaml', '');
    workspace.write(
      'pnpm-workspace.yaml',
      '# All of it\npackages:\n  - "apps/*" # and more\nautoInstallPeers: true\n',
    );
    const changes = await generate(options);
    expect(changes['UPDATE pnpm-workspace.yaml']).toBe(
      '# All of it\npackages:\n  - "apps/*" # and more\n  - functions/*/*\nautoInstallPeers: true\n',
    );
    expect(JSON.parse(changes['UPDATE package.json'] as string).workspaces).toBeUndefined();
    expect(dependenciesIn(changes)).toMatchObject({ '@shop/list-orders': 'workspace:*', zod: zodVersion });
  });

  it('writes into the folder of the options', async () => {
    const services = { functionsFolder: 'services/api' };
    workspace.write('nx.json', { plugins: [{ plugin: '@nanoservices/nx', options: services }] });
    const changes = await generate({ name: 'get-item', route: 'GET /items/{itemId}' });
    expect(Object.keys(changes)).toContain('CREATE services/api/items/get-item/src/contract.ts');
    expect(changes['UPDATE package.json']).toContain('services/api/*/*');
  });
});
