import { bundleTasks } from '@nanoservices/build';
import { readLayout } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { runOnce } from './run-once.ts';

// Endpoints without a database, in a workspace written here: count-items calls get-order, which calls get-stock.
let shop: TemporaryWorkspace;

function endpoint(name: string, callee: string | undefined, body: string): void {
  shop.endpoint(`functions/orders/${name}`, {
    contract: `
      import { contract } from '@nanoservices/endpoint';
      import * as z from 'zod/mini';
      ${callee ? `import { it as callee } from '../../${callee}/src/contract.ts';` : ''}
      export const it = contract({
        name: '${name}', method: 'GET', path: '/${name}', summary: 'x', access: 'public',
        response: z.looseObject({}), calls: [${callee ? 'callee' : ''}],
      });`,
    handler: `
      import { endpoint } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      ${callee ? `import { it as callee } from '../../${callee}/src/contract.ts';` : ''}
      export const handler = endpoint(it, async ({ call }) => (${body}));`,
  });
}

beforeAll(async () => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', version: '1.2.3', type: 'module' },
    'functions/tsconfig.json': '{}',
  });
  endpoint('get-stock', undefined, '{ stock: 3 }');
  endpoint('get-order', 'get-stock', '{ order: await call(callee, {}) }');
  endpoint('count-items', 'get-order', '{ count: await call(callee, {}) }');
  shop.linkPackages();
  const tasks = readLayout(shop.root).endpoints.map(({ root }) => ({ kind: 'endpoint', root }) as const);
  for await (const { error } of bundleTasks(shop.root, tasks)) expect(error).toBeUndefined();
}, 60_000);
afterAll(() => shop[Symbol.dispose]());

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function bodyOf(name: string): Promise<unknown> {
  const stdout = vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect(await runOnce({ name, query: [], headers: [], json: true }, shop.root)).toBe(true);
  return JSON.parse(JSON.parse(stdout.mock.lastCall?.[0]).body);
}

it('runs an endpoint with its callees, and the callees of these', async () => {
  expect(await bodyOf('count-items')).toEqual({ count: { order: { stock: 3 } } });
});

it('does not need the contracts of other endpoints', async () => {
  shop.endpoint('functions/orders/add-item', { contract: `throw new RangeError('broken');` });
  expect(await bodyOf('get-order')).toEqual({ order: { stock: 3 } });
});

it('does not need a topology', async () => {
  vi.stubEnv('NANO_TOPOLOGY', 'tiny');
  expect(await bodyOf('get-stock')).toEqual({ stock: 3 });
});
