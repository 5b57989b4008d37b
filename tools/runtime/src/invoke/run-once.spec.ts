import { stripVTControlCharacters } from 'node:util';
import { bundleTasks } from '@nanoservices/build';
import { readLayout } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import type { InvokeOptions } from './invoke-options.ts';
import { runOnce } from './run-once.ts';

// Endpoints without a database, in a workspace written here: count-items calls get-order, which calls get-stock.
let shop: TemporaryWorkspace;

function endpoint(name: string, callee: string | undefined, body: string, lambda = {}): void {
  shop.endpoint(`functions/orders/${name}`, {
    lambda,
    dependencies: {
      '@nanoservices/endpoint': '*',
      zod: '*',
      ...(callee && { [`@shop/${callee}`]: '*' }),
    },
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
  endpoint('get-level', undefined, '{ level: process.env.AWS_LAMBDA_LOG_LEVEL ?? null }');
  endpoint('get-table', undefined, '{ table: process.env.TABLE }', {
    environment: { TABLE: 'orders-{stage}-{region}-{account}-{other}' },
  });
  endpoint('count-items', 'get-order', '{ count: await call(callee, {}) }');
  endpoint('get-total', undefined, `{ total: console.log('one\\ntwo', { a: 1 }) ?? undefined.total }`);
  endpoint('ask-total', 'get-total', '{ total: await call(callee, {}) }');
  shop.endpoint('functions/orders/plain', {
    contract: `
      import { contract } from '@nanoservices/endpoint';
      export const it = contract({ name: 'plain', method: 'GET', path: '/plain', summary: 'x', access: 'public' });`,
    handler: `export const handler = async () => { throw new RangeError('boom', { cause: { code: 42 } }); };`,
  });
  for (const [name, body] of Object.entries({
    'watch-orders': `yield 'data: '; yield 'é\\n\\n';`,
    'watch-nothing': `throw new Forbidden('no');`,
  })) {
    shop.endpoint(`functions/orders/${name}`, {
      dependencies: { '@nanoservices/endpoint': '*' },
      contract: `
        import { contract } from '@nanoservices/endpoint';
        export const it = contract({
          name: '${name}', method: 'GET', path: '/${name}', summary: 'x', access: 'public', stream: 'text/event-stream',
        });`,
      handler: `
        import { Forbidden, stream } from '@nanoservices/endpoint';
        import { it } from './contract.ts';
        export const handler = stream(it, async function* () { ${body} });`,
    });
  }
  shop.endpoint('functions/orders/plain-stream', {
    contract: `
      import { contract } from '@nanoservices/endpoint';
      export const it = contract({ name: 'plain-stream', method: 'GET', path: '/plain-stream', summary: 'x', access: 'public' });`,
    handler: `export const handler = globalThis.awslambda.streamifyResponse(async (_event: unknown, out: any) => {
      out.setContentType('application/vnd.awslambda.http-integration-response');
      out.write('oops');
      out.end();
    });`,
  });
  shop.withFramework();
  const tasks = readLayout(shop.root).endpoints.map(({ root }) => ({ kind: 'endpoint', root }) as const);
  for await (const { error } of bundleTasks(shop.root, tasks)) expect(error).toBeUndefined();
});
afterAll(() => shop[Symbol.dispose]());

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

async function bodyOf(name: string, options: Partial<InvokeOptions> = {}): Promise<unknown> {
  const stdout = vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect(await runOnce({ name, query: [], headers: [], json: true, ...options }, shop.root)).toBe(true);
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

it('logs everything, or from the level on that is asked for', async () => {
  expect(await bodyOf('get-level')).toEqual({ level: null });
  expect(await bodyOf('get-level', { logLevel: 'ERROR' })).toEqual({ level: 'ERROR' });
});

it('gives a function the environment variables of its package.json, with the values of this machine', async () => {
  vi.stubEnv('AWS_REGION', 'eu-central-1');
  expect(await bodyOf('get-table')).toEqual({ table: 'orders-local-eu-central-1-000000000000-{other}' });
});

it.each([
  [
    'watch-orders',
    { statusCode: 200, headers: { 'content-type': 'text/event-stream' }, body: 'data: é\n\n' },
  ],
  ['watch-nothing', { statusCode: 403, body: expect.stringContaining('"status":403') }],
])('shows the response of %s, which streams, as that of another endpoint', async (name, response) => {
  const stdout = vi.spyOn(console, 'log').mockImplementation(() => {});
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect(await runOnce({ name, query: [], headers: [], json: true }, shop.root)).toBe(true);
  expect(JSON.parse(stdout.mock.lastCall?.[0])).toMatchObject(response);
});

it('says so when a stream has no status', async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  const running = runOnce({ name: 'plain-stream', query: [], headers: [], json: false }, shop.root);
  await expect(running).rejects.toThrow('the function ended its stream before status and headers');
});

/** @returns what a person reads on stderr */
async function stderrOf(name: string, isAnswered: boolean): Promise<string> {
  vi.spyOn(console, 'log').mockImplementation(() => {});
  const stderr: string[] = [];
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => stderr.push(`${text}`) > 0);
  vi.spyOn(console, 'error').mockImplementation((text) => void stderr.push(`${text}\n`));
  expect(await runOnce({ name, query: [], headers: [], json: false }, shop.root)).toBe(isAnswered);
  return stripVTControlCharacters(stderr.join(''));
}

it('shows what the function logged, readably, and the report last', async () => {
  const stderr = await stderrOf('get-total', true);
  expect(stderr).toMatch(/get-total [\da-f]{8} INFO one\n +get-total [\da-f]{8} +two \{ a: 1 \}\n/);
  expect(stderr).toMatch(/get-total [\da-f]{8} ERROR TypeError: Cannot read properties of undefined/);
  expect(stderr.trim().split('\n').at(-1)).toMatch(/^REPORT RequestId: /);
});

it('names errors of the minified bundle, with their causes', async () => {
  const stderr = await stderrOf('ask-total', true);
  expect(stderr).toMatch(/ask-total [\da-f]{8} ERROR CallFailed: get-total gave no usable answer\n/);
  expect(stderr).toMatch(/ask-total [\da-f]{8} +cause: Problem: Internal Server Error\n/);
});

it('shows the error of a plain handler once', async () => {
  const stderr = await stderrOf('plain', false);
  expect(stderr).toMatch(/plain [\da-f]{8} ERROR RangeError: boom\n/);
  expect(stderr).toContain('{ code: 42 }');
  expect(stderr.split('boom')).toHaveLength(2);
});
