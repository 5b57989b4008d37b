import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { lambdaContext } from '@nanoservices/endpoint/testing';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BundleTask, bundleTasks } from './bundle-tasks.ts';

let shop: TemporaryWorkspace;

function endpoint(name: string, route: string, handler = `async () => ({ endpoint: '${name}' })`): void {
  const [method, path] = route.split(' ');
  shop.endpoint(`functions/orders/${name}`, {
    dependencies: { '@nanoservices/endpoint': '*', zod: '*' },
    contract: `
      import { contract } from '@nanoservices/endpoint';
      import * as z from 'zod/mini';
      export const it = contract({
        name: '${name}', method: '${method}', path: '${path}', summary: 'x', access: 'public',
        ${path?.includes('{') ? 'params: z.object({ orderId: z.string() }),' : ''}
        response: z.object({ endpoint: z.string() }),
      });`,
    handler: `
      import { endpoint } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      export const handler = endpoint(it, ${handler});`,
  });
}

beforeEach(() => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop' },
    'functions/tsconfig.json': '{}',
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
  });
  endpoint('get-order', 'GET /orders/{orderId}');
  endpoint('list-orders', 'GET /orders');
  shop.withFramework();
});
afterEach(() => shop[Symbol.dispose]());

async function bundle(tasks: readonly BundleTask[]): Promise<Record<string, string | undefined>> {
  const outcomes: Record<string, string | undefined> = {};
  for await (const { task, error } of bundleTasks(shop.root, tasks)) outcomes[task.root] = error;
  return outcomes;
}

const getOrder = { kind: 'endpoint', root: 'functions/orders/get-order' } as const;
const listOrders = { kind: 'endpoint', root: 'functions/orders/list-orders' } as const;
const orders = { kind: 'unit', root: 'functions/orders' } as const;

it('the bundle of a unit answers for each of its endpoints', async () => {
  expect(await bundle([getOrder, orders])).toEqual({ [getOrder.root]: undefined, [orders.root]: undefined });
  const { handler } = await import(pathToFileURL(join(shop.root, orders.root, 'dist/handler.mjs')).href);
  const answer = async (routeKey: string, pathParameters?: object) => {
    const event = {
      version: '2.0',
      routeKey,
      rawQueryString: '',
      headers: {},
      pathParameters,
      requestContext: {},
    };
    return JSON.parse((await handler(event, lambdaContext('orders'))).body);
  };
  expect(await answer('GET /orders')).toEqual({ endpoint: 'list-orders' });
  expect(await answer('GET /orders/{orderId}', { orderId: '1' })).toEqual({ endpoint: 'get-order' });
  expect(() => handler({ routeKey: 'GET /customers' }, lambdaContext('orders'))).toThrow(/has no route/);
});

it('an endpoint may be made with the hooks of a lib; others have no code of hooks', async () => {
  shop.write('libs/hooks/package.json', {
    name: '@shop/hooks',
    type: 'module',
    exports: './src/index.ts',
    dependencies: { '@nanoservices/endpoint': '*' },
  });
  shop.write(
    'libs/hooks/src/index.ts',
    `import { endpoint as plainEndpoint, hook, withHooks } from '@nanoservices/endpoint';
     const tenant = hook({ name: 'tenant', before: ({ event }) => ({ tenant: event.headers.tenant }) });
     export const endpoint = withHooks(plainEndpoint, tenant);`,
  );
  shop.link('libs/hooks', '@shop/hooks');
  endpoint('get-order', 'GET /orders/{orderId}', 'async ({ tenant }) => ({ endpoint: tenant })');
  const manifest = { name: '@shop/get-order', type: 'module' };
  const dependencies = { '@nanoservices/endpoint': '*', '@shop/hooks': '*', zod: '*' };
  shop.write(`${getOrder.root}/package.json`, { ...manifest, dependencies });
  const source = join(getOrder.root, 'src/handler.ts');
  shop.write(
    source,
    readFileSync(join(shop.root, source), 'utf8').replace('@nanoservices/endpoint', '@shop/hooks'),
  );
  expect(await bundle([getOrder, listOrders])).toEqual({
    [getOrder.root]: undefined,
    [listOrders.root]: undefined,
  });
  const file = ({ root }: BundleTask) => join(shop.root, root, 'dist/handler.mjs');
  const { handler } = await import(pathToFileURL(file(getOrder)).href);
  const event = {
    ...{ version: '2.0', routeKey: 'GET /orders/{orderId}', rawQueryString: '', requestContext: {} },
    ...{ headers: { tenant: 'a' }, pathParameters: { orderId: '1' } },
  };
  expect(JSON.parse((await handler(event, lambdaContext('get-order'))).body)).toEqual({ endpoint: 'a' });
  // A text of withHooks().
  const isThere = (task: BundleTask) => readFileSync(file(task), 'utf8').includes(': the hook ');
  expect([getOrder, listOrders].map(isThere)).toEqual([true, false]);
});

it('an endpoint is bundled together with its package.json, even if another contract is broken', async () => {
  shop.write('functions/orders/list-orders/src/contract.ts', 'export {};');
  expect(await bundle([getOrder])).toEqual({ [getOrder.root]: undefined });
  const made = JSON.parse(readFileSync(join(shop.root, getOrder.root, 'dist/package.json'), 'utf8'));
  expect(made.name).toBe('@shop/get-order');
});

describe('a unit is bundled', () => {
  it('even if the contract of an endpoint outside of it, functions/api.json or the topology is broken', async () => {
    shop.endpoint('functions/customers/get-customer', { contract: `throw new RangeError('broken');` });
    shop.write('functions/api.json', '{');
    shop.write('functions/topology.json', { active: 'misspelt', topologies: { misspelt: ['odrers'] } });
    expect(await bundle([orders])).toEqual({ [orders.root]: undefined });
    const entry = readFileSync(join(shop.root, orders.root, 'dist/entry.ts'), 'utf8');
    expect(entry).toContain('GET /orders/{orderId}');
    expect(entry).not.toContain('get-customer');
  });

  it('unless the contract of one of its own endpoints is broken', async () => {
    shop.write('functions/orders/list-orders/src/contract.ts', 'export {};');
    const outcomes = await bundle([orders, getOrder]);
    expect(outcomes[orders.root]).toBe(
      'functions/orders/list-orders/src/contract.ts exports no contract. Export what contract() returns.',
    );
    expect(outcomes[getOrder.root]).toBeUndefined();
  });
});

it('a failure names the reason and stops no other task', async () => {
  endpoint('list-orders', 'GET /orders', 'async () => missing(');
  const outcomes = await bundle([listOrders, { kind: 'unit', root: 'functions' }, getOrder]);
  expect(outcomes[listOrders.root]).toContain('functions/orders/list-orders/src/handler.ts:4');
  expect(outcomes.functions).toBe('functions/package.json declares no "unit".');
  expect(outcomes[getOrder.root]).toBeUndefined();
});
