import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { plainEndpoint, TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type BundleTask, bundleTasks } from '../bundle/bundle-tasks.ts';
import { functionFiles } from '../package/function-files.ts';
import { readContents } from './written-contents.ts';

let shop: TemporaryWorkspace;
const getOrder = { kind: 'endpoint', root: 'functions/orders/get-order' } as const;
const listOrders = { kind: 'endpoint', root: 'functions/orders/list-orders' } as const;
const orders = { kind: 'unit', root: 'functions/orders' } as const;

beforeEach(() => {
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop' },
    'functions/tsconfig.json': '{}',
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
  });
  endpoint('get-order', {});
  endpoint('list-orders', {});
  shop.withFramework('zod');
});
afterEach(() => shop[Symbol.dispose]());

function endpoint(
  name: string,
  lambda: object,
  handler = `export const handler = async () => '${name}';`,
): void {
  shop.endpoint(`functions/orders/${name}`, { lambda, ...plainEndpoint(name, handler) });
}

/** Writes an installed package. */
function install(
  name: string,
  files: Readonly<Record<string, string | object>>,
  manifest: object = {},
): void {
  shop.write(`node_modules/${name}/package.json`, { name, version: '1.0.0', ...manifest });
  for (const [file, content] of Object.entries(files)) shop.write(`node_modules/${name}/${file}`, content);
}

/** Builds a function. @returns its error, or else its files beside the bundle */
async function build(task: BundleTask): Promise<string | string[]> {
  for await (const { error } of bundleTasks(shop.root, [task])) if (error !== undefined) return error;
  return Object.keys(readContents(join(shop.root, task.root, 'dist')).files);
}

const contentOf = (task: BundleTask, file: string) =>
  readFileSync(join(shop.root, task.root, 'dist', file), 'utf8');

describe('"include" ships files', () => {
  beforeEach(() => {
    shop.write(`${getOrder.root}/templates/mail/a.html`, 'from a');
    shop.write(`${getOrder.root}/templates/b.md`, 'from b');
    shop.write(`${getOrder.root}/src/words.json`, '["word"]');
    shop.write(`${listOrders.root}/templates/c.html`, 'from c');
  });

  it.each([
    ['a glob', ['templates/**'], ['templates/b.md', 'templates/mail/a.html']],
    ['a folder', ['templates'], ['templates/b.md', 'templates/mail/a.html']],
    ['a file', ['templates/b.md'], ['templates/b.md']],
    ['a file below src, beside the bundle as beside the handler', ['src/*.json'], ['words.json']],
    [
      'a file that two globs name',
      ['templates/b.md', 'templates/*'],
      ['templates/b.md', 'templates/mail/a.html'],
    ],
  ])('by %s', async (_, include, files) => {
    endpoint('get-order', { include });
    expect(await build(getOrder)).toEqual(files);
    const zipped = await functionFiles(shop.root, {
      bundle: `${getOrder.root}/dist/handler.mjs`,
      code: { architecture: 'arm64', awsSdk: 'bundled', external: [], include: [] },
    });
    expect(Object.keys(zipped).sort()).toEqual(['handler.mjs', ...files].sort());
  });

  it('of all endpoints of a unit, and of the unit itself, under the same paths', async () => {
    endpoint('get-order', { include: ['templates/**'] });
    endpoint('list-orders', { include: ['templates/**'] });
    shop.write('functions/orders/logo.svg', '<svg/>');
    shop.write('functions/orders/package.json', {
      name: '@shop/orders',
      unit: {},
      lambda: { include: ['logo.svg'] },
    });
    const files = ['logo.svg', 'templates/b.md', 'templates/c.html', 'templates/mail/a.html'];
    expect(await build(orders)).toEqual(files);
    expect(contentOf(orders, 'templates/c.html')).toBe('from c');
  });

  it('unless two endpoints of a unit have different files under one path', async () => {
    endpoint('get-order', { include: ['templates/**'] });
    endpoint('list-orders', { include: ['templates/**'] });
    shop.write(`${listOrders.root}/templates/b.md`, 'from another b');
    expect(await build(orders)).toMatch(
      /get-order\/templates\/b\.md and .*list-orders\/templates\/b\.md would both be templates\/b\.md.*Rename/,
    );
    expect(await build(listOrders)).toEqual(['templates/b.md', 'templates/c.html']);
    shop.write(`${listOrders.root}/templates/b.md`, 'from b');
    expect(await build(orders)).toContain('templates/b.md');
  });

  it.each([
    [['pages/**'], /"lambda.include" names pages\/\*\*, which matches no file/],
    [['../list-orders/templates/**'], /"lambda\.include\.0": must be a glob in the package/],
    [['/etc/passwd'], /must be a glob in the package/],
    [['package.json'], /cannot be shipped as package\.json: this name is taken/],
  ])('unless it names %j', async (include, message) => {
    endpoint('get-order', { include });
    expect(await build(getOrder)).toMatch(message);
  });
});

describe('a file that code names beside itself is shipped', () => {
  it.each([
    ['new URL', `readFileSync(new URL('./words.txt', import.meta.url), 'utf8')`],
    ['import.meta.dirname', `readFileSync(join(import.meta.dirname, 'words.txt'), 'utf8')`],
  ])('by %s', async (_, read) => {
    const imports = `import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'; import { join } from 'node:path';
import { pathToFileURL } from 'node:url';`;
    endpoint('get-order', {}, `${imports} export const handler = async () => [${read}, join];`);
    shop.write(`${getOrder.root}/src/words.txt`, 'words');
    expect(await build(getOrder)).toEqual(['words.txt']);
    expect(await build(orders)).toEqual(['words.txt']);
    expect(contentOf(orders, 'words.txt')).toBe('words');
  });

  describe('unless another file has its path beside the bundle:', () => {
    const read = `export const handler = () => new URL('./words.txt', import.meta.url);`;
    const message = /words\.txt and .*words\.txt would both be words\.txt.*Rename/;
    beforeEach(() => {
      endpoint('get-order', {}, read);
      shop.write(`${getOrder.root}/src/words.txt`, 'words');
    });

    it('that of another endpoint of the unit', async () => {
      endpoint('list-orders', {}, read);
      shop.write(`${listOrders.root}/src/words.txt`, 'other words');
      expect(await build(orders)).toMatch(message);
      shop.write(`${listOrders.root}/src/words.txt`, 'words');
      expect(await build(orders)).toEqual(['words.txt']);
    });

    it('one that "include" names', async () => {
      endpoint('get-order', { include: ['words.txt'] }, read);
      shop.write(`${getOrder.root}/words.txt`, 'included words');
      expect(await build(getOrder)).toMatch(message);
    });

    it('that of a package', async () => {
      install('words', {
        'index.js': `exports.file = require('path').join(__dirname, 'words.txt');`,
        'words.txt': 'words of the package',
      });
      endpoint('get-order', {}, `import { file } from 'words'; export { file }; ${read}`);
      expect(await build(getOrder)).toMatch(/can be named in "lambda": \{ "external": \[\] \}/);
    });
  });

  it('by a package with __dirname, which is the folder of the bundle', async () => {
    install('pages', {
      'index.js': `const { readFileSync } = require('fs'); const path = require('path');
        exports.page = readFileSync(path.join(__dirname, '/public/page.html'), 'utf8');
        exports.style = readFileSync(__dirname + '/public/page.css', 'utf8');
        exports.file = __filename;`,
      'public/page.html': '<p>',
      'public/page.css': 'p {}',
    });
    endpoint(
      'get-order',
      {},
      `import { file, page, style } from 'pages'; export const handler = async () => [page, style, file];`,
    );
    expect(await build(getOrder)).toEqual(['public/page.css', 'public/page.html']);
    const bundle = join(shop.root, getOrder.root, 'dist/handler.mjs');
    const { handler } = await import(pathToFileURL(bundle).href);
    expect(await handler()).toEqual(['<p>', 'p {}', bundle]);
  });

  it.each([
    [
      'outside of the folder of the bundle',
      `../words.txt`,
      'words.txt',
      /outside of the folder of the bundle/,
    ],
    ['with code', `./worker.ts`, 'src/worker.ts', /"include": \["src\/worker\.ts"\]/],
  ])('but not a file %s', async (_, path, file, message) => {
    shop.write(`${getOrder.root}/${file}`, '');
    endpoint('get-order', {}, `export const handler = () => new URL('${path}', import.meta.url);`);
    const error = await build(getOrder);
    expect(error).toMatch(message);
    expect(error).toContain(
      `new URL('${path}', import.meta.url) names a file that the function would not have`,
    );
  });

  it('with code, if "include" names it', async () => {
    shop.write(`${getOrder.root}/src/worker.ts`, '');
    const lambda = { include: ['src/worker.ts'] };
    endpoint('get-order', lambda, `export const handler = () => new URL('./worker.ts', import.meta.url);`);
    expect(await build(getOrder)).toEqual(['worker.ts']);
  });
});

describe('a file that no cache counts is not shipped:', () => {
  it.each([
    ['documentation', 'templates/README.md', /README\.md is shipped with the bundle, and is documentation/],
    ['a spec', 'templates/page.spec.ts', /is a spec: a change of it would rebuild nothing/],
    [
      'a file that git ignores',
      'templates/values.log',
      /values\.log is .*\.gitignore or \.nxignore excludes it/,
    ],
  ])('%s', async (_, file, message) => {
    spawnSync('git', ['init', '-q'], { cwd: shop.root });
    shop.write('.gitignore', '*.log\ndist\n');
    shop.write(`${getOrder.root}/${file}`, '');
    endpoint('get-order', { include: ['templates/**'] });
    expect(await build(getOrder)).toMatch(message);
    expect(await build(orders)).toMatch(message);
    const name = file.replace('templates/', '');
    shop.write(`${getOrder.root}/src/${name}`, '');
    endpoint('get-order', {}, `export const handler = () => new URL('./${name}', import.meta.url);`);
    if (!name.endsWith('.ts')) expect(await build(getOrder)).toMatch(message);
  });

  it('a link that leads out of the package', async () => {
    shop.write('config/words.txt', 'words');
    shop.write(`${getOrder.root}/templates/a.html`, '');
    symlinkSync('../../../../config/words.txt', join(shop.root, getOrder.root, 'templates/words.txt'));
    endpoint('get-order', { include: ['templates'] });
    expect(await build(getOrder)).toMatch(/templates\/words\.txt .*is a link to config\/words\.txt/);
  });

  it('one that a contract names, which callers bundle', async () => {
    shop.write(`${getOrder.root}/src/words.txt`, 'words');
    endpoint('get-order', {}, `import './contract.ts'; export const handler = 1;`);
    shop.write(
      `${getOrder.root}/src/contract.ts`,
      `export const it = new URL('./words.txt', import.meta.url);`,
    );
    expect(await build(getOrder)).toMatch(
      /contract\.ts: new URL.* would not rebuild the endpoints that call/,
    );
  });
});

describe('a package with native code is refused in a bundle, with the key that packages it:', () => {
  const uses = `import 'native'; export const handler = 1;`;
  const advice =
    /native has native code.*functions\/orders\/get-order\/package\.json: "lambda": \{ "external": \["native"\] \}/;

  it.each([
    ['one that compiles', { 'index.js': '', 'binding.gyp': '{}' }, {}],
    [
      'one for each platform',
      { 'index.js': '' },
      { optionalDependencies: { '@native/core-linux-x64-gnu': '1' } },
    ],
    ['a binary', { 'index.js': `require('./a.node');`, 'a.node': 'ELF' }, {}],
  ])('%s', async (_, files, manifest) => {
    install('native', files, manifest);
    endpoint('get-order', {}, uses);
    expect(await build(getOrder)).toMatch(advice);
    expect(await build(orders)).toMatch(/"external": \["native"\]/);
    endpoint('get-order', { external: ['native'] }, uses);
    expect(await build(getOrder)).toEqual([]);
    expect(readContents(join(shop.root, orders.root, 'dist')).external).toEqual({});
    await build(orders);
    expect(readContents(join(shop.root, orders.root, 'dist')).external).toEqual({
      native: 'node_modules/native',
    });
  });

  it('and another file that cannot be bundled gets advice, too', async () => {
    endpoint('get-order', {}, `import page from './page.html'; export const handler = () => page;`);
    shop.write(`${getOrder.root}/src/page.html`, '');
    expect(await build(getOrder)).toMatch(/No loader is configured for "\.html" files[\s\S]*"include"/);
  });
});

describe('"external"', () => {
  it.each([
    ['missing', /"lambda\.external" names missing, which is not installed: npm install missing --workspace/],
    ['@shop/rules', /a package of this workspace\. It is bundled/],
    ['./src', /"lambda\.external\.0": is no name of an npm package/],
  ])('refuses %s', async (name, message) => {
    shop.write('libs/rules/package.json', { name: '@shop/rules' });
    mkdirSync(join(shop.root, 'node_modules/@shop'));
    symlinkSync(join(shop.root, 'libs/rules'), join(shop.root, 'node_modules/@shop/rules'));
    endpoint('get-order', { external: [name] });
    expect(await build(getOrder)).toMatch(message);
  });
});

describe('the AWS SDK', () => {
  const uses = `import { read } from '@aws-sdk/client-shop'; export const handler = () => read;`;

  beforeEach(() => install('@aws-sdk/client-shop', { 'index.js': `exports.read = 'from the SDK';` }));

  it.each([
    ['is bundled by default', {}, true],
    ['is bundled by choice', { awsSdk: 'bundled' }, true],
    ['stays outside by choice', { awsSdk: 'runtime' }, false],
  ])('%s', async (_, lambda, isBundled) => {
    endpoint('get-order', lambda, uses);
    expect(await build(getOrder)).toEqual([]);
    expect(contentOf(getOrder, 'handler.mjs').includes('from the SDK')).toBe(isBundled);
    const { external, provided } = readContents(join(shop.root, getOrder.root, 'dist'));
    expect(external).toEqual({});
    const folder = 'node_modules/@aws-sdk/client-shop';
    expect(provided).toEqual(isBundled ? {} : { '@aws-sdk/client-shop': folder });
  });

  it('of nodejs24.x must be on this machine, too', async () => {
    endpoint('get-order', { awsSdk: 'runtime' }, uses.replace('client-shop', 'client-other'));
    expect(await build(getOrder)).toMatch(
      /nodejs24\.x brings @aws-sdk\/client-other along\. This machine does not have it: npm install --save-dev/,
    );
  });
});
