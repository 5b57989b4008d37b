import type { Method, Privilege } from '@nanoservices/endpoint';
import type { WorkspaceCopy } from '../workspace-copy.ts';
import { fixtureWorkspace, writeManifest } from './fixture-workspace.ts';

interface ShopEndpoint {
  readonly route: `${Method} /${string}`;
  readonly database?: Readonly<Record<string, readonly Privilege[]>>;
  /** The names of the endpoints of the same resource that it calls. */
  readonly calls?: readonly string[];
  /** Megabytes. */
  readonly memorySize?: number;
}

const resources: Readonly<Record<string, Readonly<Record<string, ShopEndpoint>>>> = {
  orders: {
    'get-order': { route: 'GET /orders/{orderId}', database: { 'orders.orders': ['select'] } },
    'list-orders': { route: 'GET /orders', database: { 'orders.orders': ['select'] }, memorySize: 512 },
    'create-order': { route: 'POST /orders', database: { 'orders.orders': ['select', 'insert'] } },
    'update-order': { route: 'PATCH /orders/{orderId}', database: { 'orders.orders': ['select', 'update'] } },
    'delete-order': { route: 'DELETE /orders/{orderId}', database: { 'orders.orders': ['delete'] } },
    'add-item': { route: 'POST /orders/{orderId}/items', database: { 'orders.items': ['select', 'insert'] } },
    'remove-item': {
      route: 'DELETE /orders/{orderId}/items/{item}',
      database: { 'orders.items': ['delete'] },
    },
  },
  customers: {
    'get-customer': {
      route: 'GET /customers/{customerId}',
      database: { 'customers.customers': ['select'] },
      calls: ['list-customer-orders'],
    },
    'list-customers': { route: 'GET /customers', database: { 'customers.customers': ['select'] } },
    'create-customer': {
      route: 'POST /customers',
      database: { 'customers.customers': ['select', 'insert'] },
    },
    'delete-customer': {
      route: 'DELETE /customers/{customerId}',
      database: { 'customers.customers': ['delete'] },
    },
    'list-customer-orders': {
      route: 'GET /customers/{customerId}/orders',
      database: { 'orders.orders': ['select'] },
    },
    'get-prices': { route: 'GET /prices' },
  },
};

const schemas = `import * as z from 'zod/mini';

export const Id = z.uuid();
export const Quantity = z.int().check(z.minimum(1), z.maximum(1000));
export const Order = z.object({ id: Id, customerId: Id, note: z.string().check(z.maxLength(200)), items: z.array(Quantity) });
export const Customer = z.object({ id: Id, name: z.string(), email: z.email(), createdAt: z.iso.datetime() });
`;

/** A shop: thirteen endpoints with schemas, queries and calls, the units of both resources and one of all endpoints. */
export function shopWorkspace(): WorkspaceCopy {
  const workspace = fixtureWorkspace();
  writeManifest(workspace, 'libs/shop', { name: '@shop/shop', dependencies: { zod: '*' } });
  workspace.write('libs/shop/src/schemas.ts', schemas);
  for (const [resource, endpoints] of Object.entries(resources)) {
    writeManifest(workspace, `functions/${resource}`, { name: `@shop/${resource}`, unit: {} });
    for (const [name, endpoint] of Object.entries(endpoints)) {
      const root = `functions/${resource}/${name}`;
      const lambda = endpoint.memorySize && { memorySize: endpoint.memorySize };
      writeManifest(workspace, root, {
        name: `@shop/${name}`,
        lambda,
        dependencies: dependenciesOf(endpoint),
      });
      workspace.write(`${root}/src/contract.ts`, contractSource(name, endpoint));
      workspace.write(`${root}/src/handler.ts`, handlerSource(endpoint));
    }
  }
  writeManifest(workspace, 'functions', { name: '@shop/app', unit: {} });
  const topologies = { nano: [], micro: Object.keys(resources), mono: ['app'] };
  workspace.write('functions/topology.json', JSON.stringify({ active: 'nano', topologies }));
  const endpoints = { 'get-order': 0.5, 'list-orders': 0.2, 'get-customer': 0.1, '*': 0.01 };
  workspace.write('functions/traffic.json', JSON.stringify({ endpoints }));
  return workspace;
}

function dependenciesOf({ calls = [] }: ShopEndpoint): Record<string, string> {
  const names = ['@nanoservices/endpoint', '@nanoservices/postgres', '@shop/shop', 'zod'];
  return Object.fromEntries(
    [...names, ...calls.map((callee) => `@shop/${callee}`)].map((name) => [name, '*']),
  );
}

const schemaFile = '../../../../libs/shop/src/schemas.ts';

function contractSource(name: string, { route, database = {}, calls = [] }: ShopEndpoint): string {
  const [method, path = ''] = route.split(' ');
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => `${parameter}: Id`).join(', ');
  const definition = { name, method, path, summary: name, access: 'public', database };
  return `import { contract } from '@nanoservices/endpoint';
import * as z from 'zod/mini';
import { Customer, Id, Order } from '${schemaFile}';
${calls.map((callee, index) => `import { theContract as callee${index} } from '../../${callee}/src/contract.ts';`).join('\n')}

export const theContract = contract({
  ...${JSON.stringify(definition)},
  ${params && `params: z.strictObject({ ${params} }),`}
  ${method === 'GET' || method === 'DELETE' ? '' : `body: ${path.startsWith('/orders') ? 'Order' : 'Customer'},`}
  response: z.object({ rows: z.array(z.record(z.string(), z.unknown())), id: z.optional(Id) }),
  calls: [${calls.map((_, index) => `callee${index}`).join(', ')}],
} as never);
`;
}

function handlerSource({ database = {}, calls = [] }: ShopEndpoint): string {
  const [table] = Object.keys(database);
  const rows = table ? `await read('SELECT * FROM ${table} LIMIT 10', [])` : '[]';
  return `import { endpoint } from '@nanoservices/endpoint';
${table ? "import { read } from '@nanoservices/postgres';" : ''}
import { theContract } from './contract.ts';

export const handler = endpoint(theContract as any, async ({ params, call }: any) => {
  ${calls.length === 0 ? '' : 'for (const callee of (theContract as any).calls) await call(callee, { params });'}
  return { rows: ${rows} } as any;
});
`;
}
