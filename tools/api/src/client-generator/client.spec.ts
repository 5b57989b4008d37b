import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readWorkspace } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type BuiltClient, buildClient } from './build-client.ts';

const rules = `
  import { Problem, page, Timestamp, Version } from '@nanoservices/endpoint';
  import * as z from 'zod/mini';
  export const OrderId = z.uuidv7().brand<'OrderId'>();
  export const CustomerId = z.uuidv7().brand<'CustomerId'>();
  export const OrderStatus = z.enum(['open', 'sent']);
  export const NewOrder = z.strictObject({ note: z.string(), weightKg: z.int() });
  export const Order = z.strictObject({
    ...NewOrder.shape, id: OrderId, status: OrderStatus, version: Version, createdAt: Timestamp,
  });
  export const OrderChanges = z.strictObject({ note: z.optional(z.string()), status: z.optional(OrderStatus) });
  export const Customer = z.strictObject({
    id: CustomerId,
    orders: z.discriminatedUnion('status', [
      z.strictObject({ status: z.literal('available'), ...page(Order).shape }),
      z.strictObject({ status: z.literal('unavailable') }),
    ]),
  });
  export class OrderNotFound extends Problem {
    static override readonly type = 'order-not-found';
    static override readonly status = 404;
    static override readonly title = 'Order not found';
  }
  export class OrderTooHeavy extends Problem {
    static override readonly type = 'order-too-heavy';
    static override readonly status = 409;
    static override readonly title = 'Order is too heavy';
  }`;

const contract = (exportName: string, definition: string) => `
  import * as protocol from '@nanoservices/endpoint';
  import * as z from 'zod/mini';
  import * as rules from '../../../../libs/rules/src/index.ts';
  export const ${exportName} = protocol.contract({ ${definition} });`;

let shop: TemporaryWorkspace;
let elsewhere: TemporaryWorkspace;
let built: BuiltClient;

beforeAll(async () => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', version: '1.2.3', license: 'MIT', type: 'module' },
    'tsconfig.base.json': {
      compilerOptions: {
        target: 'es2024',
        lib: ['es2025', 'esnext.disposable'],
        types: ['node'],
        module: 'nodenext',
        moduleResolution: 'nodenext',
        noEmit: true,
        allowImportingTsExtensions: true,
        verbatimModuleSyntax: true,
        strict: true,
        exactOptionalPropertyTypes: true,
        skipLibCheck: true,
      },
    },
    'libs/rules/package.json': {
      name: '@shop/rules',
      type: 'module',
      exports: { '.': './src/index.ts' },
      schemas: {},
    },
    'libs/rules/src/index.ts': rules,
  });
  shop.linkPackages();
  const order = `params: z.strictObject({ orderId: rules.OrderId }), access: 'user'`;
  const contracts = {
    'customers/get-customer': contract(
      'getCustomer',
      `name: 'get-customer', method: 'GET', path: '/customers/{customerId}', summary: 'Read a customer',
       params: z.strictObject({ customerId: rules.CustomerId }), response: rules.Customer, access: 'user'`,
    ),
    'orders/list-orders': contract(
      'listOrders',
      `name: 'list-orders', method: 'GET', path: '/orders', summary: 'List orders',
       query: z.strictObject({ ...protocol.PageQuery.shape, status: z.optional(z.array(rules.OrderStatus)) }),
       response: protocol.page(rules.Order), access: 'public'`,
    ),
    'orders/export-orders': contract(
      'exportOrders',
      `name: 'export-orders', method: 'GET', path: '/export', summary: 'Export orders',
       response: z.string(), contentType: 'text/csv', access: 'public'`,
    ),
    'orders/get-label': contract(
      'getLabel',
      `name: 'get-label', method: 'GET', path: '/label', summary: 'Print a label',
       response: z.instanceof(Uint8Array), contentType: 'image/png', access: 'public'`,
    ),
    'orders/upload-label': contract(
      'uploadLabel',
      `name: 'upload-label', method: 'PUT', path: '/label', summary: 'Upload a label',
       body: protocol.form(z.strictObject({ title: z.string(), image: z.file() })), access: 'public'`,
    ),
    'orders/replace-label': contract(
      'replaceLabel',
      `name: 'replace-label', method: 'POST', path: '/label', summary: 'Replace a label',
       body: protocol.binary({ types: ['image/png'] }), response: protocol.binary({ types: ['image/png'] }), access: 'public'`,
    ),
    'orders/watch-orders': contract(
      'watchOrders',
      `name: 'watch-orders', method: 'GET', path: '/events', summary: 'Watch orders',
       stream: 'text/event-stream', access: 'public'`,
    ),
    'orders/old-orders': contract('oldOrders', `name: 'old-orders', method: 'GET', path: '/old/{orderId}'`),
    'orders/fallback': contract(
      'fallback',
      `name: 'fallback', method: 'ANY', path: '$default', access: 'user', summary: 'x'`,
    ),
    'orders/create-order': contract(
      'createOrder',
      `name: 'create-order', method: 'POST', path: '/orders', summary: 'Create an order',
       env: z.object({ PAY_KEY: protocol.secret() }),
       headers: z.object({ 'idempotency-key': z.optional(protocol.IdempotencyKey) }), body: rules.NewOrder,
       response: rules.Order, status: 201, problems: [rules.OrderTooHeavy], access: 'user'`,
    ),
    'orders/update-order': contract(
      'updateOrder',
      `name: 'update-order', method: 'PATCH', path: '/orders/{orderId}', summary: 'Change an order', ${order},
       body: rules.OrderChanges, ifMatch: true, response: rules.Order, etag: 'version',
       problems: [rules.OrderNotFound, rules.OrderTooHeavy]`,
    ),
    'orders/delete-order': contract(
      'deleteOrder',
      `name: 'delete-order', method: 'DELETE', path: '/orders/{orderId}', summary: 'Delete an order', ${order},
       problems: [rules.OrderNotFound]`,
    ),
  };
  for (const [path, text] of Object.entries(contracts))
    shop.endpoint(`functions/${path}`, { contract: text });
  // Outside of any workspace: callers of the API have neither zod nor its types.
  elsewhere = new TemporaryWorkspace();
  built = await buildClient(await readWorkspace(shop.root), join(elsewhere.root, 'client'));
});

afterAll(() => {
  shop[Symbol.dispose]();
  elsewhere[Symbol.dispose]();
});

const folder = () => join(elsewhere.root, 'client');
const read = (file: string) => readFileSync(join(folder(), file), 'utf8');

describe('the client package', () => {
  it('has the name of the workspace, and no dependencies', () => {
    expect(JSON.parse(read('package.json'))).toEqual({
      name: 'shop-client',
      version: '1.2.3',
      description: 'The client of the HTTP API shop',
      license: 'MIT',
      type: 'module',
      sideEffects: false,
      exports: { '.': { types: './index.d.ts', default: './index.js' } },
    });
    expect(readdirSync(folder()).sort()).toEqual([
      'client.d.ts',
      'errors.d.ts',
      'index.d.ts',
      'index.js',
      'package.json',
    ]);
  });

  it('is replaced as a whole', async () => {
    elsewhere.write('client/left-over.js');
    await buildClient(await readWorkspace(shop.root), folder());
    expect(existsSync(join(folder(), 'left-over.js'))).toBe(false);
  });
});

describe("the client's code", () => {
  it('is less than 5 kB, and needs nothing', () => {
    const code = read('index.js');
    expect(Buffer.byteLength(code)).toBeLessThan(5000);
    expect(code).not.toMatch(/\bimport\b/);
    expect(code + read('index.d.ts')).not.toContain('PAY_KEY');
    expect(built).toEqual({ methods: 10, bytes: Buffer.byteLength(code), gzippedBytes: expect.any(Number) });
    expect(built.gzippedBytes).toBeLessThan(built.bytes);
  });

  it('has a method for every endpoint', async () => {
    const { createClient } = await import(pathToFileURL(join(folder(), 'index.js')).href);
    expect(Object.keys(createClient({ baseUrl: '' })).toSorted()).toEqual([
      'createOrder',
      'deleteOrder',
      'exportOrders',
      'getCustomer',
      'getLabel',
      'listOrders',
      'replaceLabel',
      'updateOrder',
      'uploadLabel',
      'watchOrders',
    ]);
  });
});

/** @returns the type errors of each statement, in a module that imports the client */
function errorsOf(statements: readonly string[]): string[][] {
  const lines = [
    `import { createClient, isProblem } from './index.js'; const client = createClient({ baseUrl: '/' });`,
    ...statements.map((statement) => `{ ${statement} }`),
  ];
  elsewhere.write('client/use.mts', lines.join('\n'));
  const program = ts.createProgram([join(folder(), 'use.mts')], {
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    types: [],
    lib: ['lib.es2024.d.ts', 'lib.dom.d.ts', 'lib.dom.iterable.d.ts'],
    module: ts.ModuleKind.NodeNext,
  });
  const errors: string[][] = statements.map(() => []);
  for (const { file: source, start = 0, messageText } of ts.getPreEmitDiagnostics(program)) {
    const line = source?.getLineAndCharacterOfPosition(start).line ?? 0;
    errors[line - 1]?.push(ts.flattenDiagnosticMessageText(messageText, ' '));
  }
  return errors;
}

it("the client's types say what the contracts say", () => {
  const right = [
    "const { id } = await client.getCustomer({ params: { customerId: '1' } }); id satisfies string;",
    "const { orders } = await client.getCustomer({ params: { customerId: '1' } }, { timeoutMs: 100 }); if (orders.status === 'available') orders.items[0]?.note.length;",
    'await client.listOrders();',
    '(await client.exportOrders()) satisfies string;',
    '(await client.getLabel()) satisfies Uint8Array;',
    "await client.uploadLabel({ body: { title: '', image: new File([], 'a.png') } });",
    '(await client.replaceLabel({ body: new Uint8Array() })) satisfies Uint8Array;',
    '(await client.watchOrders()) satisfies ReadableStream<Uint8Array>;',
    "for (const order of (await client.listOrders({ query: { status: ['open'], limit: 5 } })).items) order.weightKg.toFixed();",
    "const order = await client.createOrder({ body: { note: 't', weightKg: 4 } }); await client.updateOrder({ params: { orderId: order.id }, body: { status: 'sent' }, ifMatch: order.version });",
    "(await client.deleteOrder({ params: { orderId: '1' } })) satisfies undefined;",
    "({ id: '1', note: 'n', weightKg: 1, status: 'open', version: 1, createdAt: '' }) satisfies import('./index.js').Order;",
    "const add = (body: import('./index.js').NewOrder) => client.createOrder({ body }); (await add({ note: '', weightKg: 1 })) satisfies import('./index.js').Order;",
    "const request: import('./index.js').UpdateOrderRequest = { params: { orderId: '' }, body: {}, ifMatch: '*' }; (await client.updateOrder(request)) satisfies import('./index.js').CreateOrderResponse;",
    "const error: unknown = 0; if (isProblem(error, 'order-too-heavy')) error.type satisfies 'order-too-heavy';",
  ];
  const wrong: [string, RegExp][] = [
    ['client.getCustomer({ params: {} })', /customerId/],
    ['client.getCustomer()', /Expected 1-2 arguments/],
    ["client.updateOrder({ params: { orderId: '' }, ifMatch: 1 })", /'body' is missing/],
    ["client.updateOrder({ params: { orderId: '' }, body: {} })", /'ifMatch' is missing/],
    ["client.createOrder({ body: { note: '', weightKg: 1, size: 1 } })", /'size'/],
    ["client.listOrders({ query: { status: ['closed'] } })", /"closed"/],
    ['(await client.listOrders()).count', /'count' does not exist/],
    [
      "client.uploadLabel({ body: { title: '', image: 'a.png' } })",
      /'string' is not assignable to type 'File'/,
    ],
    ["client.replaceLabel({ body: 'a.png' })", /'string' is not assignable to type 'Uint8Array/],
    ["isProblem(1, 'order-not-fond')", /order-not-fond/],
    ["client.createOrder({ body: { note: '', weightKg: 1 }, env: {} })", /'env'/],
  ];
  const errors = errorsOf([...right, ...wrong.map(([statement]) => statement)]);
  expect(errors.slice(0, right.length)).toEqual(right.map(() => []));
  for (const [index, [, message]] of wrong.entries()) {
    expect(errors[right.length + index]).toEqual([expect.stringMatching(message)]);
  }
});

it("the client's types have the names of the schemas, where an operation uses them", () => {
  const types = read('index.d.ts');
  const names = [...types.matchAll(/^export type (\w+) =/gm)].map(([, name]) => name);
  expect(names).toEqual([
    ...['Customer', 'NewOrder', 'Order', 'OrderChanges'],
    ...['CreateOrderRequest', 'CreateOrderResponse', 'DeleteOrderRequest', 'DeleteOrderResponse'],
    ...['ExportOrdersRequest', 'ExportOrdersResponse', 'GetCustomerRequest', 'GetCustomerResponse'],
    ...['GetLabelRequest', 'GetLabelResponse', 'ListOrdersRequest', 'ListOrdersResponse'],
    ...['ReplaceLabelRequest', 'ReplaceLabelResponse', 'UpdateOrderRequest', 'UpdateOrderResponse'],
    ...['UploadLabelRequest', 'UploadLabelResponse', 'WatchOrdersRequest', 'WatchOrdersResponse'],
    'ProblemType',
  ]);
  expect(types).toContain('export type CreateOrderResponse = Order;');
  expect(types).toContain('items: Order[]');
  expect(types).toContain(
    'createOrder(request: CreateOrderRequest, options?: CallOptions): Promise<CreateOrderResponse>;',
  );
});

it('the client can be packed and installed in another project, by npm', () => {
  const npm = (cwd: string, ...args: string[]) => execFileSync('npm', args, { cwd, encoding: 'utf8' });
  const project = join(elsewhere.root, 'project');
  elsewhere.write('project/package.json', { name: 'project', type: 'module' });
  const [{ filename }] = JSON.parse(npm(project, 'pack', '--json', folder())) as [{ filename: string }];
  npm(project, 'install', '--offline', '--no-audit', '--no-fund', `./${filename}`);
  const program = `import { createClient } from 'shop-client'; console.log(typeof createClient({ baseUrl: '/' }).createOrder);`;
  const run = execFileSync(process.execPath, ['--input-type=module', '-e', program], {
    cwd: project,
    encoding: 'utf8',
  });
  expect(run.trim()).toBe('function');
});

it('a contract with a type error is told, with its place', async () => {
  shop.endpoint('functions/orders/get-order', {
    contract: contract(
      'getOrder',
      `name: 'get-order', method: 'GET', path: '/orders/{orderId}', summary: 'x',
       params: z.object({ orderId: rules.OrderId }), access: 'anyone'`,
    ),
  });
  const building = buildClient(await readWorkspace(shop.root), join(elsewhere.root, 'other'));
  await expect(building).rejects.toThrow(
    expect.objectContaining({
      name: 'UsageError',
      message: expect.stringMatching(/^The client cannot be made\.\n.*get-order\/src\/contract\.ts/s),
    }),
  );
  shop.remove('functions/orders/get-order');
  expect(existsSync(join(elsewhere.root, 'other'))).toBe(false);
});
