import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readContracts, readContractsWithCallees } from './contracts.ts';
import { type Layout, readLayout } from './layout.ts';
import { TemporaryWorkspace } from './testing/index.ts';
import { readWorkspace } from './workspace.ts';

let shop: TemporaryWorkspace;

const contract = (body: string) =>
  `import { contract } from '@nanoservices/endpoint';\nexport const it = contract({ summary: 'x', access: 'public', ${body} });\n`;

beforeEach(() => {
  vi.stubEnv('NANO_TOPOLOGY', undefined);
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', version: '1.2.3', license: 'MIT', private: true },
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
    'functions/topology.json': { topologies: { nano: [], micro: ['orders'] } },
  });
  shop.endpoint('functions/orders/get-order', {
    contract: contract(
      `name: 'get-order', method: 'GET', path: '/orders/{orderId}', params: undefined, database: { 'orders.orders': ['select'] }`,
    ),
  });
  shop.endpoint('functions/customers/get-customer', {
    contract: `
      import { contract } from '@nanoservices/endpoint';
      import { it as getOrder } from '../../../orders/get-order/src/contract.ts';
      export const notes = ['no contract'];
      export const getCustomer = contract({
        name: 'get-customer', method: 'GET', path: '/customers/{customerId}', summary: 'Read a customer',
        access: { scope: 'support' }, calls: [getOrder],
      });`,
  });
  shop.linkPackages();
});

afterEach(() => {
  shop[Symbol.dispose]();
  vi.unstubAllEnvs();
});

describe('the contract of a plain handler', () => {
  const plainContract = (body: string) =>
    `import { contract } from '@nanoservices/endpoint';\nexport const it = contract({ ${body} });\n`;
  const legacy = (body: string, manifest: object = {}) =>
    shop.endpoint('functions/orders/legacy', {
      ...manifest,
      contract: plainContract(`name: 'legacy', ${body}`),
    });

  it('gives a route without access, with the route as its summary', async () => {
    legacy(`method: 'ANY', path: '$default'`);
    const { facts, pack } = await readWorkspace(shop.root);
    expect(JSON.parse(JSON.stringify(facts.get('legacy')))).toEqual({
      name: 'legacy',
      method: 'ANY',
      path: '$default',
      summary: '$default',
      database: {},
      calls: [],
    });
    expect(
      pack('micro')
        .functionOf('legacy')
        .routes.find((one) => one.endpoint === 'legacy'),
    ).toEqual({
      endpoint: 'legacy',
      function: 'orders',
      method: 'ANY',
      path: '$default',
      summary: '$default',
    });
  });

  it('may declare access, a summary, rights and callees', async () => {
    legacy(
      `method: 'ANY', path: '/{proxy+}', access: 'user', summary: 'Old', database: { 'orders.orders': ['select'] }`,
    );
    const { pack } = await readWorkspace(shop.root);
    const { summary, usesDatabase, routes } = pack('nano').functionOf('legacy');
    expect({ summary, usesDatabase, access: routes[0]?.access }).toEqual({
      summary: 'Old',
      usesDatabase: true,
      access: 'user',
    });
  });

  it('cannot be called', async () => {
    legacy(`method: 'GET', path: '/legacy'`);
    shop.endpoint('functions/orders/get-order', {
      contract: `
        import { contract } from '@nanoservices/endpoint';
        import { it as legacy } from '../../legacy/src/contract.ts';
        export const it = contract({
          name: 'get-order', method: 'GET', path: '/orders', summary: 'x', access: 'public', calls: [legacy as never],
        });`,
    });
    await expect(readWorkspace(shop.root)).rejects.toThrow(
      'functions/orders/get-order/src/contract.ts: "calls" names legacy, a plain handler',
    );
  });

  it('shares its path with a method, and not with another of every method', async () => {
    legacy(`method: 'ANY', path: '/orders/{orderId}'`);
    expect((await readWorkspace(shop.root)).contracts.size).toBe(3);
    shop.endpoint('functions/orders/older', {
      contract: plainContract(`name: 'older', method: 'ANY', path: '/orders/{orderId}'`),
    });
    await expect(readWorkspace(shop.root)).rejects.toThrow(
      'ANY /orders/{orderId} is the route of legacy and of older.',
    );
  });

  it('is made by contract()', async () => {
    shop.endpoint('functions/orders/legacy', {
      contract: `export const it = { name: 'legacy', method: 'ANY', path: '$default' };`,
    });
    await expect(readWorkspace(shop.root)).rejects.toThrow(
      'functions/orders/legacy/src/contract.ts exports no contract. Export what contract() returns.',
    );
  });
});

describe('a workspace', () => {
  it('has contracts, facts and files of contracts by the names of endpoints', async () => {
    const { contracts, contractFiles, facts, manifest, api } = await readWorkspace(shop.root);
    expect([...contracts.keys()]).toEqual(['get-customer', 'get-order']);
    expect(contracts.get('get-customer')?.calls).toEqual([contracts.get('get-order')]);
    expect(contractFiles[0]).toMatchObject({
      file: `${shop.root}/functions/customers/get-customer/src/contract.ts`,
      exportName: 'getCustomer',
    });
    // Plain data: another process may have read it.
    expect(JSON.parse(JSON.stringify([...facts.values()]))).toEqual([
      {
        name: 'get-customer',
        method: 'GET',
        path: '/customers/{customerId}',
        summary: 'Read a customer',
        access: { scope: 'support' },
        database: {},
        calls: ['get-order'],
      },
      {
        name: 'get-order',
        method: 'GET',
        path: '/orders/{orderId}',
        summary: 'x',
        access: 'public',
        database: { 'orders.orders': ['select'] },
        calls: [],
      },
    ]);
    expect(manifest).toMatchObject({ name: 'shop', version: '1.2.3', license: 'MIT' });
    expect(api.localCaller.subject).toBe('local');
  });

  it('packs itself, and knows every endpoint and every unit as a function', async () => {
    const workspace = await readWorkspace(shop.root);
    expect(workspace.pack().functions.map(({ name }) => name)).toEqual(['get-customer', 'get-order']);
    expect(workspace.pack('micro').functions.map(({ name }) => name)).toEqual(['orders', 'get-customer']);
    expect(workspace.everyFunction().map(({ name }) => name)).toEqual([
      'get-customer',
      'get-order',
      'orders',
    ]);
    expect(workspace.functionNamed('get-customer', 'micro').calls).toEqual([
      { endpoint: 'get-order', function: 'orders' },
    ]);
  });

  it('knows every function even if the active topology is invalid, or NANO_TOPOLOGY names none', async () => {
    shop.write('functions/topology.json', { active: 'x', topologies: { x: ['odrers'] } });
    const workspace = await readWorkspace(shop.root);
    vi.stubEnv('NANO_TOPOLOGY', 'tiny');
    expect(workspace.everyFunction().map(({ name, grants }) => [name, grants])).toEqual([
      ['get-customer', {}],
      ['get-order', { 'orders.orders': ['select'] }],
      ['orders', { 'orders.orders': ['select'] }],
    ]);
  });

  it('has no stages and no traffic where there are no such files', async () => {
    const workspace = await readWorkspace(shop.root);
    expect(workspace.stages()).toEqual([]);
    expect(() => workspace.stage('dev')).toThrow(/functions\/stages\.json is missing/);
    expect(workspace.traffic()).toBeUndefined();
    shop.write('functions/stages.json', { application: 'shop', stages: { dev: { region: 'eu-central-1' } } });
    shop.write('functions/traffic.json', { endpoints: { '*': 1 } });
    expect(workspace.stages()).toMatchObject([{ name: 'dev', application: 'shop' }]);
    expect(workspace.stage('dev').region).toBe('eu-central-1');
    expect(workspace.traffic()?.endpoints).toEqual({ '*': 1 });
  });
});

describe('a mistake in contracts is reported with file and way out:', () => {
  const getOrder = 'functions/orders/get-order/src/contract.ts';

  it.each<[string, () => void, string]>([
    [
      'no file',
      () => shop.endpoint('functions/orders/add-item'),
      'functions/orders/add-item/src/contract.ts is missing. It must export the contract of add-item.',
    ],
    [
      'no contract',
      () => shop.endpoint('functions/orders/add-item', { contract: 'export const it = {};' }),
      'functions/orders/add-item/src/contract.ts exports no contract. Export what contract() returns.',
    ],
    [
      'the contract of another endpoint',
      () => shop.write(getOrder, contract(`name: 'read-order', method: 'GET', path: '/orders'`)),
      `${getOrder}: "name" is "read-order". It must be "get-order", after the folder.`,
    ],
    [
      'two endpoints with one route, whatever its parameters are called',
      () =>
        shop.endpoint('functions/orders/add-item', {
          contract: contract(`name: 'add-item', method: 'GET', path: '/orders/{id}'`),
        }),
      'GET /orders/{orderId} is the route of add-item and of get-order.',
    ],
  ])('%s', async (_, arrange, message) => {
    arrange();
    await expect(readWorkspace(shop.root)).rejects.toThrow(
      expect.objectContaining({ name: 'UsageError', message }),
    );
  });

  it.each([
    [`{ orders: ['select'] }`, '"orders" is no table with its schema, such as "orders.orders".'],
    [`{ 'a.b.c': ['select'] }`, '"a.b.c" is no table with its schema, such as "orders.orders".'],
    [
      `{ 'orders.orders': ['select', 'truncate'] }`,
      '"truncate" is no privilege for "orders.orders". There are: select, insert, update, delete.',
    ],
  ])('database %s', async (database, message) => {
    const route = `name: 'get-order', method: 'GET', path: '/orders'`;
    shop.write(getOrder, contract(`${route}, database: ${database} as never`));
    await expect(readWorkspace(shop.root)).rejects.toThrow(`${getOrder}: "database": ${message}`);
  });

  it.each([
    [
      `[{ actions: ['GetObject'], resources: ['*'] }]`,
      '"permissions.0.actions.0": must be a service and an action, such as s3:GetObject.',
    ],
    [
      `[{ actions: ['s3:*'], resources: ['reports'] }]`,
      '"permissions.0.resources.0": must be an ARN, such as arn:aws:s3:::reports-{stage}/*, or *.',
    ],
    [`[{ actions: ['s3:*'], resources: [] }]`, '"permissions.0.resources": '],
    [
      `[{ actions: ['s3:*'], resources: ['*'], effect: 'Deny' }]`,
      '"permissions.0": Unrecognized key: "effect"',
    ],
  ])('permissions %s', async (permissions, mistake) => {
    shop.write(
      getOrder,
      contract(`name: 'get-order', method: 'GET', path: '/orders', permissions: ${permissions} as never`),
    );
    await expect(readWorkspace(shop.root)).rejects.toThrow(`${getOrder}: ${mistake}`);
  });

  it.each([
    [`{ reason: ' ', until: '2030-01-31' }`, '"breaking.reason": is empty'],
    [`{ reason: 'x' } as never`, '"breaking.until": '],
    [`{ reason: 'x', until: '2030-01-32' }`, '"breaking.until": must be a day, such as 2030-06-30.'],
    [`{ reason: 'x', until: '2030-1-31' }`, '"breaking.until": must be a day, such as 2030-06-30.'],
    [`{ reason: 'x', until: '2030-01-31', by: 'me' } as never`, '"breaking": Unrecognized key: "by"'],
  ])('breaking %s', async (breaking, mistake) => {
    shop.write(
      getOrder,
      contract(`name: 'get-order', method: 'GET', path: '/orders', breaking: ${breaking}`),
    );
    await expect(readWorkspace(shop.root)).rejects.toThrow(`${getOrder}: ${mistake}`);
  });

  it.each([
    [
      `z.object({ AWS_REGION: z.string() })`,
      '"env.AWS_REGION" is a variable that Lambda or the framework sets.',
    ],
    [`z.object({ payKey: secret() })`, '"env.payKey" is a secret, whose name must have capitals'],
    [`z.string() as never`, '"env" must be a schema of an object'],
  ])('env %s', async (env, mistake) => {
    shop.write(
      getOrder,
      `import { secret } from '@nanoservices/endpoint';
       import * as z from 'zod/mini';
       ${contract(`name: 'get-order', method: 'GET', path: '/orders', env: ${env}`)}`,
    );
    await expect(readWorkspace(shop.root)).rejects.toThrow(`${getOrder}: ${mistake}`);
  });

  it.each([
    [
      'throws',
      `\n  throw new RangeError('at import');`,
      `${getOrder} cannot be loaded (${getOrder}:2:9): at import`,
    ],
    ['throws a text', `throw 'no';`, `${getOrder} throws no.`],
    [
      'has a typo',
      `\nconst x = ;`,
      /^functions.*contract\.ts cannot be loaded \(functions.*contract\.ts:2(?::\d+)?\): /,
    ],
  ])('a contract that %s', async (_, source, message) => {
    shop.write(getOrder, source);
    const error = await readWorkspace(shop.root).catch((thrown) => thrown);
    expect(error.name).toBe('UsageError');
    expect(error.message).toMatch(message);
  });
});

describe('contracts of chosen endpoints', () => {
  const chosen = (layout: Layout, name: string) => layout.endpoints.filter((one) => one.name === name);

  it('are read alone: another contract may be broken', async () => {
    shop.endpoint('functions/orders/add-item', { contract: `throw new RangeError('at import');` });
    const layout = readLayout(shop.root);
    const { contracts, contractFiles, facts } = await readContracts(layout, chosen(layout, 'get-order'));
    expect([...contracts.keys()]).toEqual(['get-order']);
    expect([...facts.keys()]).toEqual(['get-order']);
    expect(contractFiles).toMatchObject([{ exportName: 'it' }]);
    await expect(readContracts(layout, chosen(layout, 'add-item'))).rejects.toThrow('at import');
    await expect(readContracts(layout)).rejects.toThrow('at import');
  });

  it('are read with those of their callees, and of the callees of these', async () => {
    shop.endpoint('functions/support/find-customer', {
      contract: `
        import { contract } from '@nanoservices/endpoint';
        import { getCustomer } from '../../../customers/get-customer/src/contract.ts';
        export const it = contract({
          name: 'find-customer', method: 'GET', path: '/support', summary: 'x', access: 'public', calls: [getCustomer],
        });`,
    });
    shop.endpoint('functions/orders/add-item', { contract: 'export {};' });
    const layout = readLayout(shop.root);
    const read = async (name: string) =>
      [...(await readContractsWithCallees(layout, chosen(layout, name))).contracts.keys()].sort();
    expect(await read('find-customer')).toEqual(['find-customer', 'get-customer', 'get-order']);
    expect(await read('get-customer')).toEqual(['get-customer', 'get-order']);
    expect(await read('get-order')).toEqual(['get-order']);
  });
});

describe('the documentation of the application', () => {
  beforeEach(() => {
    shop.write('libs/rules/package.json', {
      name: '@shop/rules',
      type: 'module',
      exports: { '.': './src/index.ts' },
      schemas: { documentation: './src/documentation.ts' },
    });
    shop.write(
      'libs/rules/src/index.ts',
      `import * as z from 'zod/mini';
       import { Problem } from '@nanoservices/endpoint';
       export const OrderId = z.uuid();
       export class OrderNotFound extends Problem {}`,
    );
  });

  it('is the exports of the schema package, with keywords and examples of problems', async () => {
    shop.write(
      'libs/rules/src/documentation.ts',
      `import { OrderNotFound } from './index.ts';
       export const documentation = { OrderId: { description: 'The id of an order.' } };
       export const problemExamples = [new OrderNotFound()];`,
    );
    const { schemas, keywords, problems } = await (await readWorkspace(shop.root)).documentation();
    expect(Object.keys(schemas).sort()).toEqual(['OrderId', 'OrderNotFound']);
    expect(keywords).toEqual({ OrderId: { description: 'The id of an order.' } });
    expect(problems).toEqual([expect.any(schemas.OrderNotFound as ErrorConstructor)]);
  });

  it('may be missing, and the schema package too', async () => {
    shop.write('libs/rules/package.json', {
      name: '@shop/rules',
      type: 'module',
      exports: { '.': './src/index.ts' },
      schemas: {},
    });
    const documented = await (await readWorkspace(shop.root)).documentation();
    expect(Object.keys(documented.schemas)).toContain('OrderId');
    expect([documented.keywords, documented.problems]).toEqual([{}, []]);
    shop.remove('libs');
    expect(await (await readWorkspace(shop.root)).documentation()).toEqual({
      schemas: {},
      keywords: {},
      problems: [],
    });
  });
});
