import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { codeSettings } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { BuildFailed, Bundler } from './bundler.ts';

const root = 'functions/orders/get-order';
const code = codeSettings({ root, lambda: {} }, []);
const getOrder = { name: 'get-order', kind: 'endpoint', root, usesDatabase: false, code } as const;
let shop: TemporaryWorkspace;
let bundler: Bundler;

const file = (path: string) => join(shop.root, root, path);
const build = () => bundler.build(file('src/handler.ts'), getOrder);
const isAffected = (path: string) => bundler.affectedBy(new Set([path])).length > 0;

function write(text: string): void {
  shop.write(`${root}/src/handler.ts`, text);
}

beforeAll(() => {
  shop = new TemporaryWorkspace({ 'package.json': { name: 'shop' }, 'functions/tsconfig.json': '{}' });
  shop.endpoint(root, { contract: `export const order = 'contract';` });
  shop.write(`${root}/src/mail.md`, 'hello');
  shop.write(`${root}/src/texts/de.json`, '1');
  bundler = new Bundler(shop.root, join(shop.root, 'bundles'));
});
afterAll(async () => {
  await bundler.dispose();
  shop[Symbol.dispose]();
});
beforeEach(async () => {
  shop.write(`${root}/src/contract.ts`, `export const order = 'contract';`);
  write(`
    import { order } from './contract.ts';
    import mail from './mail.md' with { type: 'text' };
    export const load = (name: string) => import('./texts/' + name + '.json');
    export const handler = () => [order, mail];`);
  await build();
});

describe('a changed file affects a function', () => {
  it.each([
    'src/handler.ts',
    'src/contract.ts',
    'src/mail.md',
    'src/texts/de.json',
    'src/texts/new.json',
    '../../tsconfig.json',
    '../../../tsconfig.base.json',
  ])('%s', (path) => {
    expect(isAffected(file(path))).toBe(true);
  });

  it('not, if it is in no bundle', () => {
    expect(isAffected(file('src/other.md'))).toBe(false);
  });

  it('that its code names beside itself, and that is created later', async () => {
    write(`export const handler = () => new URL('./later.txt', import.meta.url);`);
    await build();
    expect(isAffected(file('src/later.txt'))).toBe(true);
    shop.write(`${root}/src/later.txt`, 'later');
    const bundle = (await build()) as string;
    expect(readFileSync(join(dirname(bundle), 'later.txt'), 'utf8')).toBe('later');
  });

  it('text is read again', async () => {
    shop.write(`${root}/src/mail.md`, 'changed');
    expect(readFileSync((await build()) as string, 'utf8')).toContain('changed');
  });

  it('tsconfig.json is read again', async () => {
    write(`export { order as handler } from 'alias';`);
    await expect(build()).rejects.toThrow('Could not resolve "alias"');
    const paths = { alias: ['./orders/get-order/src/contract.ts'] };
    shop.write('functions/tsconfig.json', { compilerOptions: { paths } });
    expect(readFileSync((await build()) as string, 'utf8')).toContain('contract');
    shop.write('functions/tsconfig.json', '{}');
  });
});

describe('makes no version of', () => {
  it.each([
    ['an emptied handler', 'src/handler.ts', '', 'src/handler.ts is empty'],
    ['an emptied contract', 'src/contract.ts', '', 'has no exports'],
    ['a handler with a syntax error', 'src/handler.ts', 'export const handler = (', 'Unexpected end of file'],
    ['a handler without its export', 'src/handler.ts', 'export const handle = 1;', 'exports no "handler"'],
    ['an emptied package.json', 'package.json', '', 'package.json'],
  ])('%s', async (_, path, text, message) => {
    const before = readFileSync(file(path), 'utf8');
    shop.write(`${root}/${path}`, text);
    const failure = await build().catch((error) => error);
    expect(failure.message).toContain(message);
    expect(failure.message).not.toMatch(/^\s+at /m);
    // It is built again with the next change of anything.
    expect(isAffected('/anything')).toBe(true);
    shop.write(`${root}/${path}`, before);
    expect(await build()).toBeUndefined();
    expect(isAffected('/anything')).toBe(false);
  });

  it('a file that no watch sees', async () => {
    shop.write('config/limits.json', '1');
    write(`export { default as handler } from '../../../../config/limits.json';`);
    await expect(build()).rejects.toThrow(BuildFailed);
    await expect(build()).rejects.toThrow(`${root}/src/handler.ts imports config/limits.json`);
  });
});

it('takes another version of an external package that is installed meanwhile, and of what it needs', async () => {
  const install = (name: string, version: string, dependencies = {}) => {
    shop.write(`node_modules/${name}/package.json`, { name, version, dependencies });
    shop.write(`node_modules/${name}/index.js`, `module.exports = '${version}';`);
  };
  const builds = async () => {
    const external = { ...getOrder, code: { ...code, external: ['outside'] } };
    const bundle = await bundler.build(file('src/handler.ts'), external);
    return (name: string) =>
      readFileSync(join(dirname(bundle as string), 'node_modules', name, 'index.js'), 'utf8');
  };
  install('outside', '1.0.0', { inner: '*' });
  install('inner', '1.0.0');
  const before = await builds();
  install('outside', '1.0.1', { inner: '*' });
  const after = await builds();
  install('inner', '1.0.2');
  const last = await builds();
  expect(before('outside')).toContain('1.0.0');
  expect(after('outside')).toContain('1.0.1');
  expect(last('inner')).toContain('1.0.2');
});
