import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { contractSource, TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { bundleTasks } from '../bundle/bundle-tasks.ts';

const root = 'functions/orders/get-order';
const handlerFile = `${root}/src/handler.ts`;
let shop: TemporaryWorkspace;

beforeAll(() => {
  // esbuild warns of imports without effect.
  vi.spyOn(console, 'error').mockReturnValue();
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', workspaces: ['functions/*/*', 'libs/*'] },
    'functions/tsconfig.json': '{}',
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
    'libs/words/package.json': { name: '@shop/words', exports: { '.': './src/index.ts' } },
    'libs/words/src/index.ts': `export { default } from '../words.json' with { type: 'json' };`,
    'libs/words/words.json': '[]',
    'config/limits.json': '1',
  });
  shop.endpoint(root, { dependencies: { '@shop/words': '*' }, devDependencies: { pg: '*' } });
  shop.endpoint('functions/orders/list-orders', {
    contract: contractSource('list-orders', 'GET /orders'),
    exports: { './contract': './src/contract.ts' },
    handler: 'export const handler = 1;',
  });
  shop.withFramework();
  shop.link('libs/words', '@shop/words');
  shop.link('functions/orders/list-orders', '@shop/list-orders');
  shop.write('functions/orders/shared.ts', 'export {};');
  shop.write('config/package.json', { name: '@shop/config', main: 'index.js' });
  shop.write('config/index.js', '');
  shop.link('config', '@shop/config');
  symlinkSync('limits.json', join(shop.root, root, 'src/link.json'));
  symlinkSync('../../../../config/limits.json', join(shop.root, root, 'src/outside.json'));
  const files = {
    ...{ 'src/limits.json': '1', 'src/mail.md': 'hello', 'mail.md': 'hello', 'src/texts/de.json': '1' },
    ...{ 'src/words.spec.ts': 'export {};', 'src/tmp/words.ts': 'export {};', 'README.md': '# get-order' },
    ...{ 'src/sorting.ts': 'export {};', 'src/code.ts': '\n', 'src/comment.ts': '// Nothing yet.' },
  };
  for (const [file, text] of Object.entries(files)) shop.write(`${root}/${file}`, text);
});
afterAll(() => {
  vi.restoreAllMocks();
  shop[Symbol.dispose]();
});

/** Bundles get-order with these lines above its handler. */
async function bundle(...lines: string[]): Promise<string | undefined> {
  shop.write(handlerFile, [...lines, 'export const handler = async () => {};'].join('\n'));
  return bundleAgain();
}

async function bundleAgain(): Promise<string | undefined> {
  for await (const { error } of bundleTasks(shop.root, [{ kind: 'endpoint', root }])) return error;
  return undefined;
}

describe('a bundle may contain', () => {
  it.each([
    ['a file of the endpoint', `import './limits.json';`],
    ['text', `import './mail.md' with { type: 'text' };`],
    ['text outside of src', `import '../mail.md' with { type: 'text' };`],
    ['bytes', `import './mail.md' with { type: 'bytes' };`],
    [
      'files of a dynamic import',
      `export const load = (name: string) => import('./texts/' + name + '.json');`,
    ],
    ['a link within the endpoint', `import './link.json';`],
    ['its package.json', `import '../package.json';`],
    ['a declared package of the workspace, with its JSON', `import '@shop/words';`],
    ['modules of Node', `import 'node:fs'; import 'path';`],
    ['types of anything', `import type { Pool } from 'pg';`],
  ])('%s', async (_, line) => {
    expect(await bundle(line)).toBeUndefined();
  });
});

describe('a bundle is refused with', () => {
  it.each([
    [
      'a file of no package',
      `import '../../../../config/limits.json';`,
      `${handlerFile} imports config/limits.json. It is in no package of the workspace: a change of it would rebuild nothing. Move it into ${root}, or into a package in libs that ${root}/package.json declares.`,
    ],
    [
      'files of no package, imported dynamically',
      `export const load = (name: string) => import('../../../../config/' + name + '.json');`,
      `${handlerFile} imports config/limits.json.`,
    ],
    [
      'a file beside the endpoints of a resource',
      `import '../../shared.ts';`,
      `${handlerFile} imports functions/orders/shared.ts. It is in no package`,
    ],
    [
      'a link that leads out',
      `import './outside.json';`,
      `${handlerFile} imports config/limits.json, by the link ./outside.json. It is in no package`,
    ],
    [
      'a package that is linked from elsewhere',
      `import '@shop/config';`,
      `${handlerFile} imports @shop/config, which is linked to config/index.js, in no package of the workspace: a change of it would rebuild nothing. Install the package instead, or move it into libs.`,
    ],
    [
      'an undeclared package of the workspace',
      `import '@nanoservices/endpoint';`,
      `${handlerFile} imports @nanoservices/endpoint, which ${root}/package.json does not declare. Add "@nanoservices/endpoint": "*" to its "dependencies", then run npm install.`,
    ],
    [
      'an undeclared package of the workspace, by its path',
      `import '../../../../libs/endpoint/src/index.ts';`,
      `${handlerFile} imports @nanoservices/endpoint, which ${root}/package.json does not declare.`,
    ],
    [
      'an installed package that is a development dependency, or undeclared',
      `import 'pg';`,
      `${handlerFile} imports pg, which ${root}/package.json does not declare. Declare it: npm install pg -w ${root}`,
    ],
    [
      'an installed package, by its path',
      `import '../../../../node_modules/uuid/package.json';`,
      `${handlerFile} imports uuid, which ${root}/package.json does not declare.`,
    ],
    [
      'an undeclared contract',
      `import '@shop/list-orders/contract';`,
      `${handlerFile} imports @shop/list-orders, which ${root}/package.json does not declare. Add "@shop/list-orders": "*"`,
    ],
    [
      'a handler of another endpoint',
      `import '../../list-orders/src/handler.ts';`,
      `${handlerFile} imports functions/orders/list-orders/src/handler.ts, a file of another endpoint`,
    ],
    [
      'a spec',
      `import './words.spec.ts';`,
      `${handlerFile} imports ${root}/src/words.spec.ts, which is a spec`,
    ],
    [
      'documentation',
      `import '../README.md' with { type: 'text' };`,
      `${handlerFile} imports ${root}/README.md, which is documentation`,
    ],
    [
      'build output',
      `import './tmp/words.ts';`,
      `${handlerFile} imports ${root}/src/tmp/words.ts, which is build output`,
    ],
  ])('%s', async (_, line, expected) => {
    expect(await bundle(line)).toContain(expected);
  });

  it('another file of the endpoint in its contract, which callers bundle alone', async () => {
    shop.write(`${root}/src/contract.ts`, `import './sorting.ts';`);
    expect(await bundle(`import './contract.ts';`)).toContain(
      `${root}/src/contract.ts imports ${root}/src/sorting.ts: its change would not rebuild the endpoints that call @shop/get-order.`,
    );
  });

  it('what a lib does not declare', async () => {
    shop.write('libs/words/src/index.ts', `import 'pg';`);
    expect(await bundle(`import '@shop/words';`)).toContain(
      'libs/words/src/index.ts imports pg, which libs/words/package.json does not declare. Declare it: npm install pg -w libs/words',
    );
  });

  it('a broken package.json', async () => {
    shop.write('libs/words/package.json', { name: 7, exports: './src/index.ts' });
    expect(await bundle(`import '@shop/words';`)).toContain('libs/words/package.json is invalid: "name"');
  });

  it('a link instead of the handler', async () => {
    shop.write('config/handler.ts', 'export const handler = async () => {};');
    shop.remove(handlerFile);
    symlinkSync('../../../../config/handler.ts', join(shop.root, handlerFile));
    expect(await bundleAgain()).toContain(`${handlerFile} is a link to config/handler.ts`);
    shop.remove(handlerFile);
  });

  it.each([
    ['no handler', 'export const handle = 1;', `${handlerFile} exports no "handler".`],
    [
      'no handler of endpoint()',
      "import { endpoint } from '@nanoservices/endpoint'; endpoint;",
      `${handlerFile} exports no "handler".`,
    ],
    ['an emptied handler', '', `${handlerFile} is empty.`],
    ['an emptied module', `import './code.ts'; export const handler = 1;`, '/src/code.ts is empty.'],
    [
      'nothing in a module',
      `import { value } from './comment.ts'; export const handler = value;`,
      'has no exports',
    ],
  ])('%s', async (_, text, expected) => {
    shop.write(handlerFile, text);
    expect(await bundleAgain()).toContain(expected);
  });
});

describe('a bundle that connects to PostgreSQL', () => {
  const connecting = `
    import { read } from '@nanoservices/postgres';
    export const handler = () => read('SELECT 1');`;

  beforeAll(() => {
    const dependencies = { '@nanoservices/endpoint': '*', '@nanoservices/postgres': '*' };
    shop.endpoint(root, {
      dependencies,
      contract: contractSource('get-order', 'GET /order'),
      handler: connecting,
    });
  });

  it('needs a contract that declares it', async () => {
    expect(await bundleAgain()).toBe(
      `${root}/src/contract.ts declares no "database", and the bundle connects to PostgreSQL (libs/postgres/src/database-url.ts). Declare the rights, as in database: { 'shop.orders': ['select'] }, or remove the import.`,
    );
    expect(await bundle(`import '@nanoservices/postgres';`)).toBeUndefined();
  });

  it('is fine with one', async () => {
    // Node imports a module once.
    const other = 'functions/orders/read-order';
    const contract = contractSource('read-order', 'GET /order').replace(
      '"access"',
      `"database":{"shop.orders":["select"]},"access"`,
    );
    shop.endpoint(other, {
      contract,
      handler: connecting,
      dependencies: { '@nanoservices/endpoint': '*', '@nanoservices/postgres': '*' },
    });
    for await (const { error } of bundleTasks(shop.root, [{ kind: 'endpoint', root: other }])) {
      expect(error).toBeUndefined();
    }
  });
});

describe('a package that is not there', () => {
  it.each([
    ['is installed', 'left-over', `Install it: npm install left-over -w ${root}`],
    ['is installed for the endpoint', '@scope/left-over/part', `npm install @scope/left-over -w ${root}`],
    [
      'is linked, if it is of this workspace',
      '@shop/letters',
      `Add "@shop/letters": "*" to the "dependencies"`,
    ],
    [
      'is installed, if it is declared',
      'declared',
      `${root}/package.json declares it, and it is not installed: npm install`,
    ],
  ])('%s', async (_, name, expected) => {
    shop.write('libs/letters/package.json', { name: '@shop/letters' });
    shop.endpoint(root, { dependencies: { declared: '1' } });
    const error = await bundle(`import '${name}';`);
    expect(error).toContain(`Could not resolve "${name}"`);
    expect(error).toContain(expected);
    expect(error).not.toContain('external');
  });
});
