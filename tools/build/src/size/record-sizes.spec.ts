import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { checkSizes } from './check-sizes.ts';
import { recordSizes } from './record-sizes.ts';

let shop: TemporaryWorkspace;

const endpoints = [
  { name: 'get-order', root: 'functions/orders/get-order' },
  { name: 'list-orders', root: 'functions/orders/list-orders' },
];

function build(root: string, bytes: number): void {
  const inputs = { [`${root}/src/handler.ts`]: { bytesInOutput: bytes } };
  shop.write(`${root}/dist/meta.json`, { outputs: { 'dist/handler.mjs': { bytes, inputs } } });
}

const record = (root: string) => join(shop.root, root, 'bundle-size.json');

async function check(root: string): Promise<string> {
  for await (const { output, error } of checkSizes(shop.root, [{ id: root, root }])) {
    return error === undefined ? `${output}` : `error: ${error}`;
  }
  return '';
}

beforeEach(() => {
  shop = new TemporaryWorkspace({ 'functions/package.json': { name: '@shop/app', unit: {} } });
  for (const { root } of endpoints) shop.endpoint(root);
});
afterEach(() => shop[Symbol.dispose]());

it('records each bundle in the folder of its endpoint', () => {
  for (const { root } of endpoints) build(root, 1);
  expect(recordSizes(shop.root, endpoints)).toEqual({ recorded: ['get-order', 'list-orders'], kept: [] });
  const [, listOrders] = endpoints;
  expect(JSON.parse(readFileSync(record(listOrders?.root ?? ''), 'utf8'))).toEqual({
    total: 1,
    parts: { 'functions/orders/list-orders': 1 },
  });
  expect(existsSync(record('functions'))).toBe(false);
});

it('keeps the record of an endpoint that is not built', () => {
  const kept = { total: 20, parts: {} };
  shop.write('functions/orders/list-orders/bundle-size.json', kept);
  build('functions/orders/get-order', 11);
  expect(recordSizes(shop.root, endpoints)).toEqual({ recorded: ['get-order'], kept: ['list-orders'] });
  expect(JSON.parse(readFileSync(record('functions/orders/list-orders'), 'utf8'))).toEqual(kept);
});

it('checks an endpoint against its record', async () => {
  const { root } = endpoints[0] as { root: string };
  build(root, 1000);
  expect(await check(root)).toContain('get-order: 1000 bytes, not recorded yet');
  recordSizes(shop.root, endpoints);
  build(root, 1020);
  expect(await check(root)).toBe('get-order: 1020 bytes, budget 1020');
  build(root, 1021);
  expect(await check(root)).toContain('error: get-order: 1021 bytes, over its budget of 1020');
});

it('checks a unit against the budgets of its endpoints', async () => {
  for (const { root } of endpoints) build(root, 1000);
  recordSizes(shop.root, endpoints);
  build('functions', 1020 + 1020 + 4096);
  expect(await check('functions')).toBe('app: 6136 bytes, budget 6136, which is that of its 2 endpoints');
  build('functions', 6137);
  expect(await check('functions')).toMatch(
    /^error: app: 6137 bytes, budget 6136.*\n {2}6137 bytes {2}functions/,
  );
  shop.endpoint('functions/orders/new-order');
  expect(await check('functions')).toContain(`budget ${6136 + 180_000}`);
});

describe('a unit', () => {
  beforeEach(() => {
    for (const { root } of endpoints) build(root, 1000);
    recordSizes(shop.root, endpoints);
    build('functions', 2000);
  });

  it('may ship files by its own package.json, beyond the budget of its endpoints', async () => {
    const include = ['logo.svg'];
    shop.write('functions/package.json', { name: '@shop/app', unit: {}, lambda: { include } });
    shop.write('functions/logo.svg', 'x'.repeat(99_000));
    const ship = (file: string) => {
      shop.write(`functions/dist/${file}`, 'x'.repeat(99_000));
      const files = { [file]: '' };
      shop.write('functions/dist/contents.json', { files, external: {}, provided: {} });
    };
    ship('logo.svg');
    expect(await check('functions')).toContain('app: 2000 bytes, budget');
    ship('other.svg');
    expect(await check('functions')).toMatch(/^error: app: 101000 bytes/);
  });

  it('gets advice when the AWS SDK makes it too large', async () => {
    const inputs = { 'node_modules/@aws-sdk/client-shop/index.js': { bytesInOutput: 99_000 } };
    shop.write('functions/dist/meta.json', { outputs: { 'dist/handler.mjs': { bytes: 99_000, inputs } } });
    expect(await check('functions')).toMatch(/The AWS SDK takes 99000 bytes[\s\S]*"awsSdk": "runtime"/);
  });
});
