import { describe, expect, it } from 'vitest';
import { checkSize, sizesOf } from './bundle-budget.ts';

function metafile(inputs: Record<string, number>) {
  const bytes = Object.values(inputs).reduce((sum, size) => sum + size, 0);
  const entries = Object.entries(inputs).map(([file, bytesInOutput]) => [file, { bytesInOutput }]);
  const output = { bytes, inputs: Object.fromEntries(entries), imports: [], exports: [] };
  return {
    inputs: {},
    outputs: { 'dist/handler.mjs.map': { ...output, bytes: 9 }, 'dist/handler.mjs': output },
  };
}

const inputs = {
  'node_modules/zod/v4/core/schemas.js': 100,
  'node_modules/zod/v4/core/util.js': 50,
  'node_modules/@scope/pkg/index.js': 10,
  'node_modules/a/node_modules/b/index.js': 5,
  'libs/endpoint/src/call.ts': 20,
  'functions/orders/get-order/src/handler.ts': 15,
};

it('adds up a bundle by npm package and workspace folder', () => {
  expect(sizesOf(metafile(inputs))).toEqual({
    total: 200,
    parts: { '@scope/pkg': 10, b: 5, 'functions/orders/get-order': 15, 'libs/endpoint': 20, zod: 150 },
  });
});

it.each([
  ['node_modules/zod/v4/locales/de.js', /import \* as z/],
  ['node_modules/zod/v4/classic/schemas.js', /zod\/mini/],
  ['node_modules/aws-sdk/lib/core.js', /version 2 of the AWS SDK.*@aws-sdk\/client-s3/],
  ['node_modules/node-pg-migrate/dist/runner.js', /development tool/],
  ['tools/watcher/src/index.ts', /development tool/],
  ['libs/endpoint/src/testing/sender.ts', /test code/],
])('refuses %s in a bundle, naming it and the reason', (file, reason) => {
  expect(() => sizesOf(metafile({ ...inputs, [file]: 1 }))).toThrow(reason);
  expect(() => sizesOf(metafile({ ...inputs, [file]: 1 }))).toThrow(file);
});

it('takes the English messages of zod', () => {
  expect(() => sizesOf(metafile({ 'node_modules/zod/v4/locales/en.js': 1 }))).not.toThrow();
});

it('takes the AWS SDK, and tells of the choice when it does not fit', () => {
  const sizes = sizesOf(
    metafile({ ...inputs, 'node_modules/@aws-sdk/client-s3/dist-cjs/index.js': 200_000 }),
  );
  const choice =
    'The AWS SDK takes 200000 bytes of it. nodejs24.x brings one along: "lambda": { "awsSdk": "runtime" }';
  expect(checkSize('get-order', sizes, undefined)).toEqual({
    ok: false,
    message: expect.stringContaining(choice),
  });
  const before = { total: 1000, parts: {} };
  expect(checkSize('get-order', sizes, before).message).toContain(choice);
  expect(checkSize('get-order', sizes, sizes).ok).toBe(true);
});

describe('a budget', () => {
  const recorded = { total: 1000, parts: { zod: 900, pg: 100 } };

  it('has 2 % of headroom', () => {
    expect(checkSize('get-order', { total: 1020, parts: {} }, recorded).ok).toBe(true);
    expect(checkSize('get-order', { total: 1021, parts: {} }, recorded).ok).toBe(false);
  });

  it('that is broken names what grew, most first, and how to accept it', () => {
    const { message } = checkSize(
      'get-order',
      { total: 1500, parts: { zod: 890, pg: 310, new: 300 } },
      recorded,
    );
    expect(message).toBe(
      [
        'get-order: 1500 bytes, over its budget of 1020 (recorded 1000, headroom 2 %). Grown:',
        '  +300 bytes  new',
        '  +210 bytes  pg',
        'To accept the new size: npx nanos sizes --record, and commit the bundle-size.json.',
      ].join('\n'),
    );
  });

  it('is 180 kB for an endpoint that has none yet', () => {
    expect(checkSize('get-invoice', { total: 180_000, parts: {} }, undefined).ok).toBe(true);
    const large = checkSize('get-invoice', { total: 180_001, parts: {} }, undefined);
    expect(large).toEqual({
      ok: false,
      message: expect.stringMatching(/get-invoice: no recorded.*180001 bytes/),
    });
  });
});
