import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PackedFunction } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleTasks } from './bundle-tasks.ts';
import { functionEntry } from './function-entry.ts';

const made =
  "import {\n  contract,\n  endpoint,\n} from '@nanoservices/endpoint';\nexport const handler = endpoint(it, f);";
const plain = 'exports.handler = async () => {};';
let shop: TemporaryWorkspace;

beforeAll(() => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', workspaces: ['functions/*/*', 'libs/*'] },
    'functions/tsconfig.json': '{}',
    'functions/orders/get-order/src/handler.ts': made,
    'functions/orders/old-order/src/handler.cjs': plain,
  });
  shop.withFramework();
});
afterAll(() => shop[Symbol.dispose]());

const endpoints = (...files: string[]) =>
  files.map((file) => ({ name: file.split('/')[0] as string, handler: `functions/orders/${file}` }));
const routes = [
  { endpoint: 'get-order', method: 'GET', path: '/orders/{orderId}' },
  { endpoint: 'old-order', method: 'ANY', path: '$default' },
] as unknown as PackedFunction['routes'];
const file = 'functions/orders/old-order/dist/entry.ts';
const entryOf = (kind: 'endpoint' | 'unit', ...files: string[]) => {
  const entry = functionEntry(shop.root, { kind, endpoints: endpoints(...files), routes }, file);
  return { entry, source: readFileSync(join(shop.root, entry), 'utf8') };
};

describe('the source of a bundle', () => {
  it('is the handler that endpoint() makes', () => {
    expect(entryOf('endpoint', 'get-order/src/handler.ts').entry).toBe(
      'functions/orders/get-order/src/handler.ts',
    );
  });

  it.each([
    ["import { endpoint } from '@shop/hooks';", "import { it } from './contract.ts';", true],
    ["import { endpoint } from '../../../../libs/hooks.ts';", "import {\n  it,\n} from './contract';", true],
    ["import { stream } from '@shop/hooks';", "import { it } from './contract.ts';", true],
    // These functions are another one's.
    ["import { endpoint } from 'other-framework';", "import { it } from './handlers.ts';", false],
    ["import { stream } from 'node:stream';", '', false],
  ])('is the handler that an endpoint() with hooks makes: %s %s %s', (maker, contract, isMade) => {
    const name = /\bstream\b/.test(maker) ? 'stream' : 'endpoint';
    const handler = 'functions/orders/hooked/src/handler.ts';
    const complete = `{ name: 'hooked', method: 'GET', path: '/', summary: 'x', access: 'public' }`;
    shop.write('functions/orders/hooked/src/contract.ts', `export const it = contract(${complete});`);
    shop.write(handler, `${maker}\n${contract}\n\nexport const handler = ${name}(it, f);\n`);
    expect(entryOf('endpoint', 'hooked/src/handler.ts').entry).toBe(isMade ? handler : file);
  });

  it("wraps a handler that the application's own endpoint() makes, whose contract is one of a plain handler", () => {
    const handler = 'functions/orders/own/src/handler.ts';
    shop.write(
      'functions/orders/own/src/contract.ts',
      `export const it = contract({ name: 'own', method: 'GET', path: '/' });`,
    );
    shop.write(
      handler,
      `import { endpoint } from '@acme/http';\nimport { it } from './contract.ts';\nexport const handler = endpoint(it, f);\n`,
    );
    expect(entryOf('endpoint', 'own/src/handler.ts').entry).toBe(file);
  });

  it('wraps a plain handler', () => {
    expect(entryOf('endpoint', 'old-order/src/handler.cjs').source).toBe(
      [
        "import { plain } from '@nanoservices/endpoint';",
        'import { handler as own } from "../src/handler.cjs";',
        '',
        'export const handler = plain("old-order", own);',
        '',
      ].join('\n'),
    );
  });

  it('wraps the plain handlers of a unit, and no others', () => {
    expect(entryOf('unit', 'get-order/src/handler.ts', 'old-order/src/handler.cjs').source).toContain(
      [
        '  { name: "get-order", route: "GET /orders/{orderId}", handler: handler0 },',
        '  { name: "old-order", route: "$default", handler: plain("old-order", handler1) },',
      ].join('\n'),
    );
    expect(entryOf('unit', 'get-order/src/handler.ts').source).not.toContain('plain');
  });
});

describe('a plain handler in JavaScript', () => {
  const root = 'functions/orders/old-order';
  async function bundle(name: string, source: string, manifest: object = {}): Promise<string> {
    shop.remove(`${root}/src`);
    shop.write(`${root}/package.json`, {
      name: '@shop/old-order',
      dependencies: { '@nanoservices/endpoint': '*' },
      ...manifest,
    });
    shop.write(`${root}/src/${name}`, source);
    for await (const { error } of bundleTasks(shop.root, [{ kind: 'endpoint', root }]))
      return error ?? 'built';
    return 'no outcome';
  }
  const esm = 'export const handler = async () => {};';

  it.each([
    ['handler.js', plain, {}],
    ['handler.js', plain, { type: 'commonjs' }],
    ['handler.js', 'module.exports = { handler: async () => {} };', {}],
    ['handler.js', esm, { type: 'module' }],
    ['handler.cjs', plain, { type: 'module' }],
    ['handler.mjs', esm, {}],
    ['handler.mts', 'export const handler = async (event: object) => event;', {}],
  ])('is built: %s, %s in %j', async (name, source, manifest) => {
    expect(await bundle(name, source, manifest)).toBe('built');
    // Node imports a module once.
    const search = new URLSearchParams({ name, source, manifest: JSON.stringify(manifest) });
    const built = join(shop.root, root, 'dist/handler.mjs');
    const { handler } = await import(`${pathToFileURL(built).href}?${search}`);
    expect(handler({ smoke: true })).toEqual({ statusCode: 204 });
  });

  it.each([
    [
      'handler.js',
      plain,
      { type: 'module' },
      `${root}/src/handler.js is CommonJS, and Node takes it for an ES module`,
    ],
    ['handler.js', 'export default 1;', { type: 'module' }, `${root}/src/handler.js exports no "handler".`],
    ['handler.mjs', '', {}, `${root}/src/handler.mjs is empty.`],
    ['handler.cjs', "require('sharpest');", {}, 'Could not resolve "sharpest"'],
    ['handler.cjs', `require('pg');${plain}`, {}, `which ${root}/package.json does not declare`],
  ])('is refused with the reason: %s, %s in %j', async (name, source, manifest, message) => {
    expect(await bundle(name, source, manifest)).toContain(message);
  });
});
