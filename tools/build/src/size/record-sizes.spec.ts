import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { RecordedSizes } from './bundle-budget.ts';
import { recordSizes } from './record-sizes.ts';

let shop: TemporaryWorkspace;

const functions = [
  { name: 'get-order', root: 'functions/orders/get-order' },
  { name: 'list-orders', root: 'functions/orders/list-orders' },
  { name: 'app', root: 'functions' },
];

function build(root: string, bytes: number): void {
  const inputs = { [`${root}/src/handler.ts`]: { bytesInOutput: bytes } };
  shop.write(`${root}/dist/meta.json`, { outputs: { 'dist/handler.mjs': { bytes, inputs } } });
}

function record() {
  const outcome = recordSizes(shop.root, functions);
  const text = readFileSync(join(shop.root, outcome.file), 'utf8');
  const sizes: RecordedSizes = JSON.parse(text);
  return { names: Object.keys(sizes), totals: Object.values(sizes).map(({ total }) => total), outcome };
}

beforeEach(() => {
  shop = new TemporaryWorkspace();
});
afterEach(() => shop[Symbol.dispose]());

it('records every bundle, in the order of folders', () => {
  build('functions', 3);
  build('functions/orders/list-orders', 2);
  build('functions/orders/get-order', 1);
  const { names, totals, outcome } = record();
  expect(names).toEqual(['app', 'get-order', 'list-orders']);
  expect(totals).toEqual([3, 1, 2]);
  expect(outcome).toMatchObject({ file: 'functions/bundle-sizes.json', kept: [] });
});

it('keeps the record of a function that is not built, and drops that of one that no longer exists', () => {
  shop.write('functions/bundle-sizes.json', {
    'get-order': { total: 10, parts: {} },
    'list-orders': { total: 20, parts: {} },
    'read-order': { total: 30, parts: {} },
  });
  build('functions/orders/get-order', 11);
  // The output of an endpoint whose sources have been removed.
  build('functions/orders/read-order', 31);
  const { names, totals, outcome } = record();
  expect(names).toEqual(['get-order', 'list-orders']);
  expect(totals).toEqual([11, 20]);
  expect(outcome).toMatchObject({ recorded: ['get-order'], kept: ['list-orders'] });
});
