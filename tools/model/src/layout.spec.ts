import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readLayout } from './layout.ts';
import { TemporaryWorkspace } from './testing/index.ts';

let shop: TemporaryWorkspace;

beforeEach(() => {
  shop = new TemporaryWorkspace({
    'functions/package.json': { name: '@shop/app', unit: {} },
    'functions/customers/package.json': { name: '@shop/customers', unit: {} },
    'functions/orders/package.json': { name: '@shop/orders', unit: {}, lambda: { memorySize: 512 } },
    'functions/reading/package.json': {
      name: '@shop/reading',
      unit: { include: ['customers/*', 'orders/get-*'] },
    },
    'functions/topology.json': { topologies: { nano: [], micro: ['customers', 'orders'] } },
    'libs/rules/package.json': { name: '@shop/rules', schemas: { documentation: './src/words.ts' } },
    'libs/storage/package.json': {
      name: '@shop/storage',
      database: { migrations: './migrations', seed: './seed.sql' },
    },
  });
  shop.write('libs/rules/src/words.ts');
  // Git does not keep an empty folder, but a lib may have no migration yet.
  mkdirSync(join(shop.root, 'libs/storage/migrations'));
  shop.write('libs/storage/seed.sql');
  for (const path of ['customers/get-customer', 'orders/get-order', 'orders/add-item']) {
    shop.endpoint(`functions/${path}`);
  }
});

afterEach(() => shop[Symbol.dispose]());

const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name);

describe('a name that AWS does not take, or that means another part of a stage, is refused:', () => {
  it.each(['Get_Order', 'getOrder', 'get.order', 'get-', '1st', 'get--order'])('%s', (name) => {
    shop.endpoint(`functions/orders/${name}`);
    expect(() => readLayout(shop.root)).toThrow(
      `functions/orders/${name}: "${name}" is no name for a Lambda function and its stack.`,
    );
  });

  it.each(['api', 'database', 'platform'])('%s', (name) => {
    shop.endpoint(`functions/orders/${name}`);
    expect(() => readLayout(shop.root)).toThrow(
      /"\w+" is the name of a part of each stage.*Rename the folder/,
    );
  });

  it('of a unit', () => {
    shop.write('functions/api/package.json', { name: '@shop/api', unit: { include: ['orders/*'] } });
    expect(() => readLayout(shop.root)).toThrow(/^functions\/api: "api"/);
  });
});

describe('the layout of a workspace', () => {
  it('has the endpoints by name, with their resource, package and dependencies', () => {
    shop.endpoint('functions/orders/add-item', {
      dependencies: { '@shop/get-order': '*' },
      lambda: { timeout: 20 },
    });
    const { endpoints } = readLayout(shop.root);
    expect(names(endpoints)).toEqual(['add-item', 'get-customer', 'get-order']);
    expect(endpoints[0]).toEqual({
      name: 'add-item',
      root: 'functions/orders/add-item',
      handler: 'functions/orders/add-item/src/handler.ts',
      resource: 'orders',
      packageName: '@shop/add-item',
      dependencies: ['@shop/get-order'],
      usesAwsSdk: false,
      lambda: { timeout: 20 },
    });
  });

  it.each(['mts', 'js', 'mjs', 'cjs'])('has an endpoint whose handler is handler.%s', (ending) => {
    shop.endpoint('functions/orders/add-item');
    shop.remove('functions/orders/add-item/src/handler.ts');
    shop.write(`functions/orders/add-item/src/handler.${ending}`);
    expect(readLayout(shop.root).endpoints[0]?.handler).toBe(
      `functions/orders/add-item/src/handler.${ending}`,
    );
  });

  it('knows which endpoints may bundle the AWS SDK, by themselves or by a lib', () => {
    shop.write('libs/files/package.json', {
      name: '@shop/files',
      dependencies: { '@aws-sdk/client-s3': '3', '@shop/paths': '*' },
    });
    shop.write('libs/paths/package.json', { name: '@shop/paths', dependencies: { '@shop/files': '*' } });
    shop.endpoint('functions/orders/add-item', { dependencies: { '@smithy/types': '4' } });
    shop.endpoint('functions/orders/get-order', { dependencies: { '@shop/paths': '*' } });
    const withSdk = readLayout(shop.root).endpoints.filter((one) => one.usesAwsSdk);
    expect(names(withSdk)).toEqual(['add-item', 'get-order']);
  });

  it('has the units: all of a folder, the whole application, or what "include" matches', () => {
    const { units } = readLayout(shop.root);
    expect(units.map(({ name, root, endpoints }) => [name, root, names(endpoints)])).toEqual([
      ['app', 'functions', ['add-item', 'get-customer', 'get-order']],
      ['customers', 'functions/customers', ['get-customer']],
      ['orders', 'functions/orders', ['add-item', 'get-order']],
      ['reading', 'functions/reading', ['get-customer', 'get-order']],
    ]);
    expect(units[2]).toMatchObject({ packageName: '@shop/orders', lambda: { memorySize: 512 } });
    expect(units[3]?.include).toEqual(['customers/*', 'orders/get-*']);
  });

  it('has the database and the schemas of the application, whatever their packages are called', () => {
    expect(readLayout(shop.root)).toMatchObject({
      root: shop.root,
      database: {
        root: 'libs/storage',
        packageName: '@shop/storage',
        migrations: join(shop.root, 'libs/storage/migrations'),
        seed: join(shop.root, 'libs/storage/seed.sql'),
      },
      schemas: {
        root: 'libs/rules',
        packageName: '@shop/rules',
        documentation: join(shop.root, 'libs/rules/src/words.ts'),
      },
    });
  });

  it('has no database, schemas or units where nothing declares them', () => {
    using bare = new TemporaryWorkspace();
    bare.endpoint('functions/orders/get-order');
    const { units, database, schemas, topologies } = readLayout(bare.root);
    expect([units, database, schemas]).toEqual([[], undefined, undefined]);
    expect(topologies).toMatchObject({ active: 'nano', topologies: { nano: [] } });
  });

  it('has no units before the first endpoint', () => {
    using bare = new TemporaryWorkspace({ 'functions/package.json': { name: '@shop/app', unit: {} } });
    expect(readLayout(bare.root)).toMatchObject({ endpoints: [], units: [] });
  });

  it('takes packages without a scope, and handlers that are known already', () => {
    using bare = new TemporaryWorkspace();
    bare.endpoint('functions/orders/add-item', { name: 'add-item' });
    bare.endpoint('functions/orders/get-order', { name: 'get-order' });
    const { endpoints } = readLayout(bare.root, ['functions/orders/add-item/src/handler.ts']);
    expect(endpoints).toMatchObject([{ name: 'add-item', packageName: 'add-item' }]);
  });
});

describe('a mistake is reported with file, key and way out:', () => {
  const topology = (content: object) => shop.write('functions/topology.json', content);

  it.each<[string, () => void, string | RegExp]>([
    [
      'an unknown active topology',
      () => topology({ active: 'x', topologies: { nano: [] } }),
      'functions/topology.json: there is no topology "x", which is "active". There are: nano.',
    ],
    [
      'a unit without endpoints',
      () => shop.write('functions/none/package.json', { name: '@shop/none', unit: {} }),
      'functions/none/package.json: the unit has no endpoint: there is none below it.',
    ],
    [
      'globs that match none',
      () =>
        shop.write('functions/none/package.json', { name: '@shop/none', unit: { include: ['invoices/*'] } }),
      'functions/none/package.json: the unit has no endpoint: "include" matches none (invoices/*).',
    ],
    [
      'an unknown key of a unit',
      () => shop.write('functions/orders/package.json', { name: '@shop/orders', unit: { includes: ['x'] } }),
      /^functions\/orders\/package\.json is invalid: "unit": .*"includes"/,
    ],
    [
      'an unknown key of a topology file',
      () => topology({ actve: 'nano' }),
      /^functions\/topology\.json is invalid: .*actve/,
    ],
    ['no JSON', () => shop.write('functions/topology.json', '{'), /^functions\/topology\.json is not JSON: /],
    [
      'an isolation that is none',
      () => topology({ isolation: 'container' }),
      /^functions\/topology\.json is invalid: "isolation": /,
    ],
    [
      'the isolation of something that is no function',
      () => topology({ isolation: { '*': 'thread', 'get-odrer': 'process' } }),
      'functions/topology.json: "isolation" names "get-odrer", which is no function. There are: *, add-item, get-customer, get-order, app, customers, orders, reading.',
    ],
    [
      'a name taken twice',
      () => shop.endpoint('functions/orders/customers'),
      'functions/customers and functions/orders/customers are both called "customers": rename one folder.',
    ],
    [
      'an endpoint whose package has another name',
      () => shop.endpoint('functions/orders/get-order', { name: '@shop/read-order' }),
      'functions/orders/get-order/package.json: "name" is "@shop/read-order". It must be "@shop/get-order", after the folder.',
    ],
    [
      'a unit whose package has another name',
      () => shop.write('functions/package.json', { name: '@shop/functions', unit: {} }),
      'functions/package.json: "name" is "@shop/functions". It must be "@shop/app", after the folder.',
    ],
    [
      'an endpoint without a package.json',
      () => shop.write('functions/orders/remove-item/src/handler.ts'),
      'functions/orders/remove-item/package.json is missing. An endpoint is an npm package: add one with "name": "@your-scope/remove-item".',
    ],
    [
      'more memory than Lambda has',
      () => shop.endpoint('functions/orders/get-order', { lambda: { memorySize: 10_241 } }),
      /^functions\/orders\/get-order\/package\.json is invalid: "lambda.memorySize": /,
    ],
    [
      'a key of a function that the framework sets',
      () => shop.endpoint('functions/orders/get-order', { lambda: { extend: { handler: 'x', tags: {} } } }),
      'functions/orders/get-order/package.json is invalid: "lambda.extend.handler": is about the code, which the build makes: "external" and "include" of "lambda" add to it.',
    ],
    [
      'a key of a function that "lambda" has',
      () =>
        shop.write('functions/package.json', {
          name: '@shop/app',
          unit: {},
          lambda: { extend: { vpc: {} } },
        }),
      'functions/package.json is invalid: "lambda.extend.vpc": is a key of "lambda" itself: "lambda": { "vpc": ... }.',
    ],
    [
      'a layer without a version',
      () =>
        shop.endpoint('functions/orders/get-order', {
          lambda: { layers: ['arn:aws:lambda:eu-central-1:123456789012:layer:fonts'] },
        }),
      /"lambda\.layers\.0": must be the ARN of a version of a layer, such as arn:aws:lambda:\{region\}:/,
    ],
    [
      'two versions of a layer',
      () =>
        shop.endpoint('functions/orders/get-order', {
          lambda: { layers: [3, 4].map((one) => `arn:aws:lambda:{region}:{account}:layer:fonts:${one}`) },
        }),
      /"lambda\.layers": names a layer twice/,
    ],
    [
      'a network without a security group',
      () => shop.endpoint('functions/orders/get-order', { lambda: { vpc: { subnetIds: ['subnet-1'] } } }),
      'functions/orders/get-order/package.json is invalid: "lambda.vpc": must be { "subnetIds": [...], "securityGroupIds": [...] } with at least one of each, or false.',
    ],
    [
      'two libs with a database',
      () =>
        shop.write('libs/archive/package.json', {
          name: '@shop/archive',
          database: { migrations: './migrations' },
        }),
      'libs/archive/package.json and libs/storage/package.json both have the key "database". One lib of a workspace may have it.',
    ],
    [
      'two libs with schemas',
      () => shop.write('libs/words/package.json', { name: '@shop/words', schemas: {} }),
      'libs/rules/package.json and libs/words/package.json both have the key "schemas". One lib of a workspace may have it.',
    ],
    [
      'a path out of the package',
      () =>
        shop.write('libs/storage/package.json', { name: '@shop/storage', database: { migrations: '/sql' } }),
      /^libs\/storage\/package\.json is invalid: "database.migrations": must be a path in the package/,
    ],
    [
      'a missing folder of migrations',
      () => shop.remove('libs/storage/migrations'),
      'libs/storage/package.json: "database.migrations" names ./migrations, and libs/storage/migrations is no folder. Create it, or correct the path.',
    ],
    [
      'a file in place of a folder of migrations',
      () =>
        shop.write('libs/storage/package.json', {
          name: '@shop/storage',
          database: { migrations: './seed.sql' },
        }),
      'libs/storage/package.json: "database.migrations" names ./seed.sql, and libs/storage/seed.sql is no folder. Create it, or correct the path.',
    ],
    [
      'a missing seed',
      () => shop.remove('libs/storage/seed.sql'),
      'libs/storage/package.json: "database.seed" names ./seed.sql, and libs/storage/seed.sql is no file. Create it, or correct the path.',
    ],
    [
      'a missing module with documentation',
      () => shop.remove('libs/rules/src/words.ts'),
      'libs/rules/package.json: "schemas.documentation" names ./src/words.ts, and libs/rules/src/words.ts is no file. Create it, or correct the path.',
    ],
  ])('%s', (_, arrange, message) => {
    arrange();
    const read = expect(() => readLayout(shop.root));
    if (typeof message === 'string') read.toThrow(expect.objectContaining({ name: 'UsageError', message }));
    else read.toThrow(message);
  });
});
