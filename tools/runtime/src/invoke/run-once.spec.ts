import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { bundleTasks } from '@nanoservices/build';
import { readLayout } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
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
  shop.endpoint('functions/orders/get-rate', {
    lambda: { environment: { CURRENCY: 'EUR-{stage}', MODE: 'package' } },
    dependencies: { '@nanoservices/endpoint': '*', zod: '*' },
    contract: `
      import { contract, secret } from '@nanoservices/endpoint';
      import * as z from 'zod/mini';
      export const it = contract({
        name: 'get-rate', method: 'GET', path: '/rate', summary: 'x', access: 'public', response: z.looseObject({}),
        env: z.object({
          RATE_KEY: secret(), CURRENCY: z.string(), MODE: z.string(), PAGE_SIZE: z._default(z.coerce.number(), 20),
        }),
      });`,
    handler: `
      import { endpoint } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      export const handler = endpoint(it, async ({ env }) => ({ ...env, other: process.env.OTHER_KEY }));`,
  });
  endpoint('convert', 'get-rate', '{ rate: await call(callee, {}).catch(({ name }) => name) }');
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
  rmSync(join(shop.root, '.env.local'), { force: true });
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

describe('variables that a contract declares', () => {
  it('come from .env.local and package.json, and not from the shell', async () => {
    vi.stubEnv('PAGE_SIZE', '99');
    vi.stubEnv('RATE_KEY', 'of the shell');
    shop.write('.env.local', `RATE_KEY='rate#1'\r\nMODE=file\nOTHER_KEY=x\nCURRENCY=\n`);
    expect(await bodyOf('get-rate')).toEqual({
      RATE_KEY: 'rate#1',
      CURRENCY: 'EUR-local',
      MODE: 'file',
      PAGE_SIZE: 20,
    });
  });

  it('are named where one is missing, with the contract and the file', async () => {
    vi.stubEnv('RATE_KEY', 'of the shell');
    const running = runOnce({ name: 'get-rate', query: [], headers: [], json: false }, shop.root);
    await expect(running).rejects.toMatchObject({
      exitCode: 2,
      message:
        'get-rate needs RATE_KEY (functions/orders/get-rate/src/contract.ts), which is not set. Write NAME=value into .env.local; npx nanos env makes an example of it.',
    });
  });

  it('of a callee are told, and the others run', async () => {
    const stderr = await stderrOf('convert', true);
    expect(stderr).toMatch(/^get-rate needs RATE_KEY \(/);
    expect(stderr).toMatch(
      /get-rate [\da-f]{8} ERROR Misconfigured: get-rate is misconfigured: RATE_KEY: not set\./,
    );
  });
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
