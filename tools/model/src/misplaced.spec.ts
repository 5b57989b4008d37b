import { afterEach, beforeEach, expect, it } from 'vitest';
import { readLayout } from './layout.ts';
import { refuseShared } from './misplaced.ts';
import { TemporaryWorkspace } from './testing/temporary-workspace.ts';

let shop: TemporaryWorkspace;
beforeEach(() => {
  shop = new TemporaryWorkspace({
    'functions/package.json': { name: '@shop/app', unit: {} },
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
  });
  shop.endpoint('functions/orders/get-order');
});
afterEach(() => shop[Symbol.dispose]());

const libs =
  'Move it into a package in libs, and declare that in the package.json files of the endpoints that import it.';

it.each([
  [
    'functions/get-item/src/handler.ts',
    'functions/get-item has the source of an endpoint. An endpoint is two folders below functions: move it to functions/<resource>/get-item.',
  ],
  [
    'functions/src/contract.ts',
    'functions has the source of an endpoint. An endpoint is two folders below functions: move it to functions/<resource>/<endpoint>.',
  ],
  [
    'functions/orders/items/get-item/package.json',
    'functions/orders/items/get-item is too deep for an endpoint, which is two folders below functions. Move it to functions/orders/get-item.',
  ],
  [
    'functions/orders/v1/items/get-item/src/handler.ts',
    'functions/orders/v1/items/get-item is too deep for an endpoint, which is two folders below functions. Move it to functions/orders/get-item.',
  ],
  [
    'functions/orders/get-order/items/src/contract.ts',
    'functions/orders/get-order/items is too deep for an endpoint, which is two folders below functions. Move it to functions/orders/items.',
  ],
  [
    'functions/orders/get-item/package.json',
    'functions/orders/get-item is no endpoint: functions/orders/get-item/src/handler.ts is missing. Write it, or remove the folder.',
  ],
  [
    'functions/orders/get-item/src/contract.ts',
    'functions/orders/get-item is no endpoint: functions/orders/get-item/src/handler.ts is missing. Write it, or remove the folder.',
  ],
  [
    'functions/orders/get-item/src/Handler.ts',
    'functions/orders/get-item/src/Handler.ts: the name of this file is handler.ts. Rename it.',
  ],
  [
    'functions/orders/get-item/src/handler.tsx',
    'functions/orders/get-item/src/handler.tsx: the name of this file is handler.ts. Rename it.',
  ],
  [
    'functions/orders/get-item/src/Handler.cjs',
    'functions/orders/get-item/src/Handler.cjs: the name of this file is handler.cjs. Rename it.',
  ],
  [
    'functions/orders/get-order/src/handler.mjs',
    'functions/orders/get-order/src/handler.mjs and functions/orders/get-order/src/handler.ts are both a handler',
  ],
  ['functions/orders/src/handler.js', 'functions/orders has the source of an endpoint.'],
  [
    'functions/orders/shared.ts',
    `functions/orders/shared.ts is in no package: Nx would see a circle between an endpoint that imports it and functions/orders. ${libs}`,
  ],
  [
    'functions/orders/limits.json',
    `functions/orders/limits.json is in no package: Nx would see a circle between an endpoint that imports it and functions/orders. ${libs}`,
  ],
  [
    'functions/shared.mjs',
    `functions/shared.mjs is in no package: Nx would see a circle between an endpoint that imports it and functions. ${libs}`,
  ],
  [
    'functions/orders/shared/index.ts',
    `functions/orders/shared has code, and is no endpoint: functions/orders/shared/src/handler.ts is missing. ${libs}`,
  ],
])('refuses %s', (file, message) => {
  shop.write(file, '{}');
  expect(() => {
    readLayout(shop.root);
    refuseShared(shop.root);
  }).toThrow(message);
});

it.each([
  'functions/topology.json.bak',
  'functions/vitest.config.ts',
  'functions/orders/README.md',
  'functions/orders/tsconfig.json',
  // The output of an endpoint whose sources have been removed.
  'functions/orders/get-item/dist/handler.mjs',
  'functions/orders/get-item/node_modules/pg/package.json',
  'functions/orders/get-order/fixtures/package.json',
  'functions/orders/get-order/src/parts/handler.ts',
])('takes %s', (file) => {
  shop.write(file, '{}');
  refuseShared(shop.root);
  expect(readLayout(shop.root).endpoints).toHaveLength(1);
});
