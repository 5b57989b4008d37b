import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi } from './start-api.ts';
import type { StartedApi } from './started-api.ts';

// An endpoint of stream() and one of endpoint(), as two functions and as one, in both isolations.
let shop: TemporaryWorkspace;

beforeAll(() => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', version: '1.0.0', type: 'module' },
    'functions/tsconfig.json': '{}',
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
    'functions/topology.json': { topologies: { nano: [], mono: ['orders'] } },
  });
  const contractOf = (name: string, path: string, definition: string) => `
    import { contract } from '@nanoservices/endpoint';
    import * as z from 'zod/mini';
    export const it = contract({
      name: '${name}', method: 'GET', path: '${path}', summary: 'x', access: 'public', ${definition} });`;
  shop.endpoint('functions/orders/watch-orders', {
    dependencies: { '@nanoservices/endpoint': '*', zod: '*' },
    contract: contractOf(
      'watch-orders',
      '/orders/events',
      `stream: 'text/event-stream', query: z.strictObject({ count: z.coerce.number().check(z.maximum(5)) })`,
    ),
    handler: `
      import { stream } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      export const handler = stream(it, async function* ({ query }) {
        for (let number = 1; number <= query.count; number++) yield \`data: \${number}\\n\\n\`;
      });`,
  });
  shop.endpoint('functions/orders/list-orders', {
    dependencies: { '@nanoservices/endpoint': '*', zod: '*' },
    contract: contractOf('list-orders', '/orders', 'response: z.array(z.string())'),
    handler: `
      import { endpoint } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      export const handler = endpoint(it, async () => ['a']);`,
  });
  shop.withFramework();
});

afterAll(() => shop[Symbol.dispose]());

describe.each([
  ['nano', 'process'],
  ['nano', 'thread'],
  ['mono', 'process'],
  ['mono', 'thread'],
] as const)('in the topology %s, as a %s', (topology, isolation) => {
  let api: StartedApi;
  beforeAll(async () => {
    api = await startApi({ root: shop.root, topology, isolation });
  }, 60_000);
  afterAll(() => api.stop());

  it('an endpoint streams, or explains', async () => {
    const response = await fetch(`${api.url}/orders/events?count=3`);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    expect(response.headers.get('content-length')).toBeNull();
    expect(await response.text()).toBe('data: 1\n\ndata: 2\n\ndata: 3\n\n');
    const refused = await fetch(`${api.url}/orders/events?count=9`);
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, 'application/problem+json']);
    expect(await refused.json()).toMatchObject({ errors: [{ path: 'query.count' }] });
  });

  it('another endpoint answers as always', async () => {
    const response = await fetch(`${api.url}/orders`);
    expect([response.status, await response.json()]).toEqual([200, ['a']]);
    expect(response.headers.get('content-length')).toBe('5');
  });
});
