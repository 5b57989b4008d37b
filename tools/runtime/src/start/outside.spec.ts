import { plainEndpoint, TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startApi } from './start-api.ts';
import type { StartedApi } from './started-api.ts';

// A function must find the same on this machine and on AWS.
let shop: TemporaryWorkspace;

function endpoint(name: string, lambda: object, handler: string): void {
  shop.endpoint(`functions/orders/${name}`, { lambda, ...plainEndpoint(name, handler) });
}

function install(name: string, source: string, manifest: object = {}): void {
  shop.write(`node_modules/${name}/package.json`, { name, version: '1.0.0', ...manifest });
  shop.write(`node_modules/${name}/index.js`, source);
}

beforeAll(() => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'functions/tsconfig.json': '{}',
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
    'functions/topology.json': { topologies: { nano: [], mono: ['orders'] } },
  });
  shop.withFramework('zod');
  install(
    'native',
    `exports.name = require('helper').name + ' of ' + __dirname.split('/').slice(-2).join('/');`,
    {
      dependencies: { helper: '*' },
    },
  );
  install('helper', `exports.name = 'helper'; try { require('stray') } catch { exports.name += ' alone' }`);
  install('stray', `exports.stray = true;`);
  install('@aws-sdk/client-shop', `exports.version = 'of the runtime';`);
  const attempt = (code: string) =>
    `(async () => { try { return await ${code}; } catch (error) { return error.code; } })()`;
  endpoint(
    'get-strays',
    {},
    `import { createRequire } from 'node:module';
     const name = ['st', 'ray'].join('');
     export const handler = () => Promise.all([
       ${attempt('require(name)')}, ${attempt('import(name)')},
       ${attempt('createRequire(import.meta.url)(name)')}, ${attempt('import.meta.resolve(name)')},
       ${attempt("require('node:os').EOL")},
     ]);`,
  );
  endpoint(
    'get-native',
    { external: ['native'] },
    `import { name } from 'native'; export const handler = async () => [name];`,
  );
  endpoint(
    'get-sdk',
    { awsSdk: 'runtime' },
    `import { version } from '@aws-sdk/client-shop'; export const handler = async () => [version];`,
  );
  shop.write('functions/orders/get-page/page/hello.html', 'hello');
  shop.write('functions/orders/get-page/src/word.txt', 'word');
  endpoint(
    'get-page',
    { include: ['page/**'] },
    `import { readFileSync } from 'node:fs';
     import { join } from 'node:path';
     export const handler = async () => [
       readFileSync(new URL('./page/hello.html', import.meta.url), 'utf8'),
       readFileSync(join(process.env.LAMBDA_TASK_ROOT!, 'page/hello.html'), 'utf8'),
       readFileSync(new URL('./word.txt', import.meta.url), 'utf8'),
     ];`,
  );
});
afterAll(() => shop[Symbol.dispose]());

const json = async (api: StartedApi, path: string) => (await fetch(api.url + path)).json();

describe.each(['process', 'thread'] as const)('a function in a %s', (isolation) => {
  // The SDK is chosen for a whole unit.
  it.each(['nano', 'mono'])(
    'of the topology %s finds what its zip has, and nothing else',
    async (topology) => {
      shop.write('functions/orders/package.json', {
        name: '@shop/orders',
        unit: {},
        lambda: { awsSdk: 'runtime' },
      });
      await using api = await startApi({ root: shop.root, isolation, topology });
      expect(api.unbuilt).toEqual([]);
      expect(await json(api, '/get-strays')).toEqual([
        'MODULE_NOT_FOUND',
        'ERR_MODULE_NOT_FOUND',
        'MODULE_NOT_FOUND',
        'ERR_MODULE_NOT_FOUND',
        '\n',
      ]);
      expect(await json(api, '/get-native')).toEqual(['helper alone of node_modules/native']);
      expect(await json(api, '/get-sdk')).toEqual(['of the runtime']);
      expect(await json(api, '/get-page')).toEqual(['hello', 'hello', 'word']);
    },
  );
});

it('a changed, added or removed file beside the bundle takes effect', async () => {
  const notices: string[] = [];
  let heard = Promise.withResolvers<void>();
  const built = async () => {
    while (!notices.some((text) => text.includes('get-page'))) {
      await heard.promise;
    }
    notices.length = 0;
  };
  await using api = await startApi({
    root: shop.root,
    watch: true,
    onNotice: ({ text }) => {
      notices.push(text);
      heard.resolve();
      heard = Promise.withResolvers();
    },
  });
  expect(((await json(api, '/get-page')) as string[])[0]).toBe('hello');
  shop.write('functions/orders/get-page/page/hello.html', 'changed');
  await built();
  expect(((await json(api, '/get-page')) as string[])[0]).toBe('changed');
  shop.write('functions/orders/get-page/src/word.txt', 'changed, too');
  await built();
  expect(((await json(api, '/get-page')) as string[])[2]).toBe('changed, too');
  shop.write('functions/orders/get-page/page/more.md', 'added');
  await built();
  shop.remove('functions/orders/get-page/page');
  await built();
  // The version before goes on serving.
  expect(((await json(api, '/get-page')) as string[])[0]).toBe('changed');
});
