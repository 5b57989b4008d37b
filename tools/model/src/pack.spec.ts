import type { Privilege } from '@nanoservices/endpoint';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { TopologyFile } from './files/topology-file.ts';
import type { Endpoint, Layout, Unit } from './layout.ts';
import {
  type ContractFacts,
  countPrivileges,
  findGroup,
  pack,
  packAlone,
  packEvery,
  packOne,
  routeKey,
} from './pack.ts';

// Layouts and facts are plain data: packing reads no file.

beforeEach(() => vi.stubEnv('NANO_TOPOLOGY', undefined));
afterEach(() => vi.unstubAllEnvs());

function endpoint(root: string, lambda: Endpoint['lambda'] = {}): Endpoint {
  const [, resource = '', name = ''] = root.split('/');
  const handler = `${root}/src/handler.ts`;
  return { name, root, handler, resource, packageName: `@shop/${name}`, dependencies: [], lambda };
}

function unit(name: string, endpoints: readonly Endpoint[], lambda: Unit['lambda'] = {}): Unit {
  const root = name === 'app' ? 'functions' : `functions/${name}`;
  return { name, root, packageName: `@shop/${name}`, endpoints, lambda };
}

function contract(
  name: string,
  route: string,
  more: Partial<Pick<ContractFacts, 'access' | 'calls' | 'database' | 'permissions' | 'variables'>> = {},
): ContractFacts {
  const [method, path] = route.split(' ') as [ContractFacts['method'], ContractFacts['path']];
  return { name, method, path, summary: `About ${name}`, access: 'public', calls: [], database: {}, ...more };
}

const addItem = endpoint('functions/orders/add-item', { timeout: 20, reservedConcurrency: 5 });
const getCustomer = endpoint('functions/customers/get-customer', { memorySize: 1024 });
const getOrder = endpoint('functions/orders/get-order', { logLevel: 'DEBUG' });
const listCustomerOrders = endpoint('functions/orders/list-customer-orders', {
  memorySize: 512,
  logLevel: 'WARN',
});
const endpoints = [addItem, getCustomer, getOrder, listCustomerOrders];

const topologies: TopologyFile = {
  active: 'nano',
  topologies: {
    nano: [],
    micro: ['customers', 'orders'],
    mono: ['app'],
    hybrid: ['orders'],
    reads: ['reading'],
    misspelt: ['odrers'],
    twice: ['orders', 'app'],
  },
  isolation: { '*': 'thread', orders: 'process' },
};

const folders = { functions: 'functions', libs: 'libs', tools: 'tools' };
const shop: Layout = {
  root: '/shop',
  folders,
  endpoints,
  units: [
    unit('app', endpoints),
    unit('customers', [getCustomer]),
    unit('orders', [addItem, getOrder, listCustomerOrders]),
    unit('reading', [getCustomer, getOrder, listCustomerOrders], {
      memorySize: 128,
      reservedConcurrency: 9,
      logLevel: 'ERROR',
    }),
  ],
  topologies,
};

const facts = new Map(
  [
    contract('add-item', 'POST /orders/{orderId}/items', {
      access: 'user',
      calls: ['get-order', 'get-customer'],
      database: { 'orders.items': ['insert'], 'orders.orders': ['update', 'select'] },
    }),
    contract('get-customer', 'GET /customers/{customerId}', {
      access: { scope: 'support' },
      calls: ['list-customer-orders'],
    }),
    contract('get-order', 'GET /orders/{orderId}', {
      database: { 'orders.orders': ['select'], 'orders.items': ['select'] },
    }),
    contract('list-customer-orders', 'GET /customers/{customerId}/orders', {
      database: { 'orders.orders': ['select'] },
    }),
  ].map((one) => [one.name, one]),
);

const contents = (topology?: string) =>
  Object.fromEntries(
    pack(shop, facts, topology).functions.map((one) => [one.name, one.endpoints.map(({ name }) => name)]),
  );

describe('a topology', () => {
  it.each([
    [
      undefined,
      {
        'add-item': ['add-item'],
        'get-customer': ['get-customer'],
        'get-order': ['get-order'],
        'list-customer-orders': ['list-customer-orders'],
      },
    ],
    ['micro', { customers: ['get-customer'], orders: ['add-item', 'get-order', 'list-customer-orders'] }],
    ['mono', { app: ['add-item', 'get-customer', 'get-order', 'list-customer-orders'] }],
    [
      'hybrid',
      { orders: ['add-item', 'get-order', 'list-customer-orders'], 'get-customer': ['get-customer'] },
    ],
    ['reads', { reading: ['get-customer', 'get-order', 'list-customer-orders'], 'add-item': ['add-item'] }],
  ])('%s packs every endpoint once', (topology, functions) => {
    expect(contents(topology)).toEqual(functions);
  });

  it('defaults to the active one, or to NANO_TOPOLOGY', () => {
    expect(pack(shop, facts).topology).toBe('nano');
    vi.stubEnv('NANO_TOPOLOGY', 'mono');
    expect(pack(shop, facts).topology).toBe('mono');
    expect(Object.keys(contents())).toEqual(['app']);
    expect(Object.keys(contents('micro'))).toEqual(['customers', 'orders']);
    vi.stubEnv('NANO_TOPOLOGY', '');
    expect(pack(shop, facts).topology).toBe('nano');
  });

  it('knows which function holds an endpoint', () => {
    const { functionOf } = pack(shop, facts, 'hybrid');
    expect(functionOf('get-order').name).toBe('orders');
    expect(functionOf('get-customer').name).toBe('get-customer');
    expect(() => functionOf('orders')).toThrow(
      'There is no endpoint "orders". There are: add-item, get-customer, get-order, list-customer-orders.',
    );
  });

  it('has the routes of all endpoints, each with its function', () => {
    const { routes } = pack(shop, facts, 'hybrid');
    expect(routes.map((route) => `${routeKey(route)} -> ${route.function}`)).toEqual([
      'POST /orders/{orderId}/items -> orders',
      'GET /orders/{orderId} -> orders',
      'GET /customers/{customerId}/orders -> orders',
      'GET /customers/{customerId} -> get-customer',
    ]);
    expect(routes[3]).toEqual({
      endpoint: 'get-customer',
      function: 'get-customer',
      method: 'GET',
      path: '/customers/{customerId}',
      summary: 'About get-customer',
      access: { scope: 'support' },
    });
  });

  it('has no routes, calls and grants while the contracts are not known', () => {
    const { functions, routes } = pack(shop, new Map(), 'micro');
    expect(functions.map(({ name }) => name)).toEqual(['customers', 'orders']);
    expect(routes).toEqual([]);
    expect(functions[1]).toMatchObject({
      calls: [],
      grants: {},
      usesDatabase: false,
      summary: '0 endpoints',
    });
  });

  it.each([
    [
      'tiny',
      'functions/topology.json: there is no topology "tiny". There are: nano, micro, mono, hybrid, reads, misspelt, twice.',
    ],
    [
      'misspelt',
      'functions/topology.json: topology "misspelt" names unit "odrers", which no folder declares. Declared: app, customers, orders, reading.',
    ],
    [
      'twice',
      'functions/topology.json: topology "twice": the units "orders" and "app" overlap: both contain add-item.',
    ],
  ])('%s is refused, with file, key and choices', (topology, message) => {
    expect(() => contents(topology)).toThrow(expect.objectContaining({ name: 'UsageError', message }));
  });
});

describe('the function of an endpoint', () => {
  const found = packOne(shop, facts, 'add-item', 'nano');

  it('has the route, summary, grants and settings of its endpoint', () => {
    expect(found).toMatchObject({
      kind: 'endpoint',
      name: 'add-item',
      root: 'functions/orders/add-item',
      summary: 'About add-item',
      grants: { 'orders.items': ['insert'], 'orders.orders': ['select', 'update'] },
      usesDatabase: true,
      settings: { memorySize: 256, timeout: 20, reservedConcurrency: 5 },
      isolation: 'thread',
      bundle: 'functions/orders/add-item/dist/handler.mjs',
    });
    expect(found.routes).toMatchObject([{ endpoint: 'add-item', function: 'add-item', access: 'user' }]);
    expect(countPrivileges(found.grants)).toBe(3);
  });

  it('calls the functions that hold its callees in the topology', () => {
    const callees = (topology: string) => packOne(shop, facts, 'add-item', topology).calls;
    expect(callees('nano')).toEqual([
      { endpoint: 'get-customer', function: 'get-customer' },
      { endpoint: 'get-order', function: 'get-order' },
    ]);
    expect(callees('reads')).toEqual([
      { endpoint: 'get-customer', function: 'reading' },
      { endpoint: 'get-order', function: 'reading' },
    ]);
  });

  it('has no database where its contract declares no table', () => {
    expect(packOne(shop, facts, 'get-customer')).toMatchObject({ grants: {}, usesDatabase: false });
  });
});

describe('the function of a unit', () => {
  it('may do in the database what any of its endpoints may, and calls only what is outside', () => {
    expect(packOne(shop, facts, 'orders', 'micro')).toMatchObject({
      kind: 'unit',
      root: 'functions/orders',
      summary: '3 endpoints',
      grants: { 'orders.items': ['insert', 'select'], 'orders.orders': ['select', 'update'] },
      usesDatabase: true,
      calls: [{ endpoint: 'get-customer', function: 'customers' }],
      isolation: 'process',
      bundle: 'functions/orders/dist/handler.mjs',
    });
    expect(packOne(shop, facts, 'app', 'mono')).toMatchObject({
      root: 'functions',
      calls: [],
      isolation: 'thread',
    });
  });

  it('has as much memory, time and log as the endpoint that wants most, unless it says otherwise', () => {
    const settings = (name: string) => packOne(shop, facts, name).settings;
    expect(settings('orders')).toEqual({ memorySize: 512, timeout: 20, logLevel: 'DEBUG' });
    expect(settings('app')).toEqual({ memorySize: 1024, timeout: 20, logLevel: 'DEBUG' });
    expect(settings('reading')).toEqual({
      memorySize: 128,
      timeout: 10,
      reservedConcurrency: 9,
      logLevel: 'ERROR',
    });
    expect(settings('customers')).toEqual({ memorySize: 1024, timeout: 10 });
  });

  it('has the permissions of all its endpoints, each once', () => {
    const read = { actions: ['s3:GetObject'], resources: ['*'] };
    const write = { actions: ['s3:PutObject'], resources: ['*'] };
    const declared = new Map([
      ['add-item', contract('add-item', 'POST /items', { permissions: [read, write] })],
      ['get-order', contract('get-order', 'GET /orders', { permissions: [{ ...read }] })],
    ]);
    expect(packOne(shop, declared, 'orders').permissions).toEqual([read, write]);
    expect(packOne(shop, declared, 'get-order').permissions).toEqual([read]);
    expect(packOne(shop, declared, 'get-customer').permissions).toEqual([]);
  });

  it('has the variables that its endpoints declare', () => {
    const size = { name: 'PAGE_SIZE', isSecret: false, isRequired: false, default: '20' };
    const key = { name: 'PAY_KEY', isSecret: true, isRequired: true };
    const declared = new Map([
      ['add-item', contract('add-item', 'POST /items', { variables: [size, key] })],
      ['get-order', contract('get-order', 'GET /orders', { variables: [key] })],
    ]);
    expect(packOne(shop, declared, 'orders').variables).toEqual([
      { ...size, endpoints: ['add-item'] },
      { ...key, endpoints: ['add-item', 'get-order'] },
    ]);
    expect(packOne(shop, declared, 'get-order').variables).toEqual([{ ...key, endpoints: ['get-order'] }]);
    expect(packOne(shop, declared, 'get-customer').variables).toEqual([]);
  });

  it('has the environment variables of all its endpoints, and its own before them', () => {
    const members = [
      endpoint('functions/orders/add-item', { environment: { MODE: 'open', TABLE: 'items-{stage}' } }),
      endpoint('functions/orders/get-order', { environment: { MODE: 'closed' } }),
    ];
    const layoutOf = (own: Unit['lambda']) => ({
      ...{ ...shop, endpoints: members, units: [unit('orders', members, own)] },
    });
    const undecided = layoutOf({});
    expect(packOne(undecided, facts, 'add-item').environment).toEqual({
      MODE: 'open',
      TABLE: 'items-{stage}',
    });
    expect(() => packOne(undecided, facts, 'orders')).toThrow(
      'functions/orders/package.json: its endpoints give MODE two values: functions/orders/add-item "open", functions/orders/get-order "closed".',
    );
    // A unit that no topology uses stops nothing.
    expect(packEvery(undecided, facts).map(({ name }) => name)).toContain('orders');
    const decided = layoutOf({ environment: { MODE: 'both', OWN: 'x' } });
    expect(packOne(decided, facts, 'orders').environment).toEqual({
      ...{ MODE: 'both', OWN: 'x', TABLE: 'items-{stage}' },
    });
  });

  describe('with settings that endpoints name', () => {
    const orders = (one: Endpoint['lambda'], other: Endpoint['lambda'], own: Unit['lambda'] = {}) => {
      const members = [
        endpoint('functions/orders/add-item', one),
        endpoint('functions/orders/get-order', other),
      ];
      return { ...shop, endpoints: members, units: [unit('orders', members, own)] };
    };
    const settingsOf = (...all: Parameters<typeof orders>) =>
      packOne(orders(...all), facts, 'orders').settings;
    const layer = (name: string) => `arn:aws:lambda:{region}:1234:layer:${name}`;

    it('has the most /tmp, the sum of reserved concurrency, all layers and all further keys', () => {
      const one = {
        ...{ ephemeralStorage: 1024, reservedConcurrency: 5, layers: [layer('fonts:3')] },
        extend: { disableLogs: true, tags: { a: 'b' } },
      };
      const other = {
        ...{ ephemeralStorage: 2048, reservedConcurrency: 3, layers: [layer('fonts:3'), layer('geo:1')] },
        ...{ tracing: 'Active' as const, extend: { tags: { a: 'b' } } },
      };
      expect(settingsOf(one, other)).toEqual({
        ...{ memorySize: 256, timeout: 10, ephemeralStorage: 2048, reservedConcurrency: 8 },
        ...{ tracing: 'Active', layers: [layer('fonts:3'), layer('geo:1')] },
        extend: [
          { root: 'functions/orders/add-item', keys: one.extend },
          { root: 'functions/orders/get-order', keys: other.extend },
        ],
      });
      expect(settingsOf(one, {}).reservedConcurrency).toBeUndefined();
    });

    const networks = [1, 2].map((number) => ({
      subnetIds: [`subnet-${number}`],
      securityGroupIds: ['sg-1'],
    }));
    const root = 'functions/orders/';
    it.each([
      [
        '"tracing"',
        { tracing: 'Active' },
        { tracing: 'PassThrough' },
        `give "tracing" two values: ${root}add-item "Active", ${root}get-order "PassThrough". Choose one in the unit's package.json: "lambda": { "tracing": ... }, or pack them into two functions.`,
      ],
      [
        '"vpc"',
        { vpc: networks[0] },
        { vpc: networks[1] },
        `give "vpc" two values: ${root}add-item {"subnetIds":["subnet-1"],"securityGroupIds":["sg-1"]}, ${root}get-order {`,
      ],
      [
        "the stage's network",
        { vpc: false },
        {},
        `give "vpc" two values: ${root}add-item false, ${root}get-order the stage's.`,
      ],
      [
        'versions of a layer',
        { layers: [layer('fonts:3')] },
        { layers: [layer('fonts:4')] },
        `give the layer ${layer('fonts')} two values: ${root}add-item "3", ${root}get-order "4". Choose one in the unit's package.json: "lambda": { "layers": ["${layer('fonts')}:..."] }`,
      ],
      [
        '"extend"',
        { extend: { tags: { a: 'b' } } },
        { extend: { tags: { a: 'c' } } },
        `give "tags" in "extend" two values: ${root}add-item {"a":"b"}, ${root}get-order {"a":"c"}.`,
      ],
      [
        'too many layers',
        { layers: [1, 2, 3].map((number) => layer(`a${number}:1`)) },
        { layers: [1, 2, 3].map((number) => layer(`b${number}:1`)) },
        'there are 6 layers together, and a function takes 5: ',
      ],
    ] as [string, Endpoint['lambda'], Endpoint['lambda'], string][])(
      'refuses contradictions, unless nobody uses the unit: %s',
      (_, one, other, message) => {
        const undecided = orders(one, other);
        expect(() => packOne(undecided, facts, 'orders')).toThrow(
          expect.objectContaining({ name: 'UsageError', message: expect.stringContaining(message) }),
        );
        expect(packEvery(undecided, facts).map(({ name }) => name)).toContain('orders');
      },
    );

    it('has what the package.json of the unit says', () => {
      const [first, second] = networks;
      const one = {
        ...{ vpc: first, tracing: 'Active' as const, layers: [layer('fonts:3')], ephemeralStorage: 1024 },
        ...{ reservedConcurrency: 5, extend: { tags: { a: 'b' } } },
      };
      const own = {
        ...{
          vpc: second,
          tracing: 'PassThrough' as const,
          layers: [layer('fonts:9')],
          ephemeralStorage: 512,
        },
        ...{ reservedConcurrency: 1, extend: { tags: { a: 'd' } } },
      };
      const other = { layers: [layer('fonts:4')], extend: { tags: { a: 'c' } } };
      expect(settingsOf(one, other, own)).toMatchObject({
        ...{ vpc: second, tracing: 'PassThrough', layers: [layer('fonts:9')], ephemeralStorage: 512 },
        ...{ reservedConcurrency: 1 },
      });
      expect(settingsOf(one, other, own).extend?.at(-1)).toEqual({
        root: 'functions/orders',
        keys: own.extend,
      });
    });
  });

  it.each([
    ['ERROR', undefined, 'INFO'],
    ['DEBUG', undefined, 'DEBUG'],
    ['ERROR', 'WARN', 'WARN'],
    [undefined, undefined, undefined],
  ] as const)('log levels %s and %s: %s, since an endpoint without one logs INFO', (one, other, level) => {
    const members = [
      endpoint('functions/orders/add-item', { logLevel: one }),
      endpoint('functions/orders/get-order', { logLevel: other }),
    ];
    const layout = { ...shop, endpoints: members, units: [unit('orders', members)] };
    expect(packOne(layout, facts, 'orders').settings.logLevel).toBe(level);
  });

  it.each([
    ['runtime', undefined, true, 'bundled'],
    ['runtime', undefined, false, 'runtime'],
    ['runtime', 'runtime', true, 'runtime'],
    ['runtime', 'bundled', false, 'bundled'],
    [undefined, undefined, true, 'bundled'],
  ] as const)('AWS SDK %s and %s, which uses it: %s, is %s', (one, other, usesAwsSdk, place) => {
    const members = [
      endpoint('functions/orders/add-item', { awsSdk: one }),
      { ...endpoint('functions/orders/get-order', { awsSdk: other }), usesAwsSdk },
    ];
    const layout = { ...shop, endpoints: members, units: [unit('orders', members)] };
    expect(packOne(layout, facts, 'orders').code.awsSdk).toBe(place);
  });

  it('has the summary of its endpoint where it has but one', () => {
    expect(packOne(shop, facts, 'customers').summary).toBe('About get-customer');
  });
});

it.each([
  [undefined, 'process', 'process'],
  ['thread', 'thread', 'thread'],
  [{ orders: 'thread' }, 'thread', 'process'],
  [{ '*': 'thread', customers: 'process' }, 'thread', 'process'],
] as const)('isolation %j: orders in a %s, customers in a %s', (isolation, orders, customers) => {
  const layout = { ...shop, topologies: { ...topologies, isolation } };
  expect(packOne(layout, facts, 'orders').isolation).toBe(orders);
  expect(packOne(layout, facts, 'customers').isolation).toBe(customers);
});

describe('a function alone', () => {
  it('calls each callee as a function by itself, and is else as in a topology', () => {
    const { calls, ...alone } = packAlone(shop, facts, 'add-item');
    expect(calls).toEqual([
      { endpoint: 'get-customer', function: 'get-customer' },
      { endpoint: 'get-order', function: 'get-order' },
    ]);
    expect(packOne(shop, facts, 'add-item', 'reads')).toMatchObject(alone);
  });

  it('is known even if the active topology is invalid, or NANO_TOPOLOGY names none', () => {
    const layout = { ...shop, topologies: { ...topologies, active: 'misspelt' } };
    expect(packAlone(layout, facts, 'orders').grants).toEqual(packOne(shop, facts, 'orders', 'nano').grants);
    vi.stubEnv('NANO_TOPOLOGY', 'tiny');
    expect(packAlone(shop, facts, 'orders').usesDatabase).toBe(true);
  });
});

it('names the choices where there is no function of a name', () => {
  const message =
    'There is no endpoint or unit "get-odrer". There are: add-item, get-customer, get-order, list-customer-orders, app, customers, orders, reading.';
  expect(() => packOne(shop, facts, 'get-odrer')).toThrow(message);
  expect(() => findGroup(shop, 'get-odrer')).toThrow(message);
});

it('every endpoint is in exactly one function of every topology whose units do not overlap', () => {
  const tables = ['orders.orders', 'orders.items', 'customers.customers'];
  const privileges = fc.uniqueArray(fc.constantFrom<Privilege>('select', 'insert', 'update', 'delete'));
  // Units are drawn as a part of each endpoint: the index of the only unit that holds it, or none.
  const drawn = fc.array(
    fc.record({
      unit: fc.option(fc.nat(4)),
      table: fc.constantFrom(...tables),
      privileges,
      calls: fc.array(fc.nat(11), { maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 12 },
  );
  fc.assert(
    fc.property(drawn, fc.subarray([0, 1, 2, 3, 4]), (parts, chosen) => {
      const all = parts.map((_, index) => endpoint(`functions/orders/endpoint-${index}`));
      const holds = (index: number) => all.filter((_, at) => parts[at]?.unit === index);
      const units = [0, 1, 2, 3, 4]
        .filter((index) => holds(index).length > 0)
        .map((index) => unit(`unit-${index}`, holds(index)));
      const names = units.map(({ name }) => name).filter((name) => chosen.includes(Number(name.at(-1))));
      const layout: Layout = {
        root: '/shop',
        folders,
        endpoints: all,
        units,
        topologies: { active: 'random', topologies: { random: names } },
      };
      const contracts = parts.map(({ table, privileges, calls }, index) =>
        contract(`endpoint-${index}`, `GET /orders/${index}`, {
          calls: calls.filter((at) => at < all.length).map((at) => `endpoint-${at}`),
          database: { [table]: privileges },
        }),
      );
      const application = pack(layout, new Map(contracts.map((one) => [one.name, one])));

      const packed = application.functions.flatMap((one) => one.endpoints);
      expect(packed.map(({ name }) => name).toSorted()).toEqual(all.map(({ name }) => name).toSorted());
      expect(new Set(application.functions.map(({ name }) => name)).size).toBe(application.functions.length);
      expect(application.routes.map((route) => route.endpoint).toSorted()).toEqual(
        all.map(({ name }) => name).toSorted(),
      );
      for (const { name, calls, database } of contracts) {
        const holder = application.functionOf(name);
        expect(holder.endpoints.map((one) => one.name)).toContain(name);
        // A call leads to the function that holds the callee, or stays inside.
        for (const callee of calls) {
          const target = application.functionOf(callee);
          if (target === holder)
            expect(holder.calls).not.toContainEqual(expect.objectContaining({ endpoint: callee }));
          else expect(holder.calls).toContainEqual({ endpoint: callee, function: target.name });
        }
        for (const [table, declared] of Object.entries(database)) {
          expect(holder.grants[table]).toEqual(expect.arrayContaining([...declared]));
        }
      }
    }),
    { numRuns: 500 },
  );
});
