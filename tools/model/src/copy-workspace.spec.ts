import { existsSync, lstatSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyWorkspace } from './copy-workspace.ts';
import { TemporaryWorkspace } from './testing/index.ts';

let original: TemporaryWorkspace;
let target: TemporaryWorkspace;

beforeEach(() => {
  original = new TemporaryWorkspace({
    'package.json': { name: 'shop' },
    'functions/orders/get-order/package.json': { name: '@shop/get-order' },
    'functions/orders/get-order/src/handler.ts': 'handler',
    'functions/orders/get-order/src/handler.spec.ts': 'spec',
    'functions/orders/get-order/dist/handler.mjs': 'bundle',
    'functions/orders/get-order/artifact/get-order.zip': 'zip',
    'libs/rules/package.json': { name: '@shop/rules' },
    'libs/storage/package.json': { name: '@shop/storage' },
    'node_modules/pg/index.js': 'pg',
    'node_modules/@scope/one/index.js': 'one',
    'node_modules/.cache/file': 'cache',
    'node_modules/.bin/pg': 'program',
    'node_modules/@shop/installed/index.js': 'installed',
  });
  const link = (name: string, folder: string) =>
    symlinkSync(join(original.root, folder), join(original.root, 'node_modules', name));
  link('@shop/get-order', 'functions/orders/get-order');
  link('@shop/rules', 'libs/rules');
  link('@shop/storage', 'libs/storage');
  link('shop-tools', 'libs/storage');
  link('@shop/removed', 'functions/orders/removed');
  target = new TemporaryWorkspace();
});

afterEach(() => {
  original[Symbol.dispose]();
  target[Symbol.dispose]();
});

const copied = (file: string) => existsSync(join(target.root, file));
const linked = (name: string) => realpathSync(join(target.root, 'node_modules', name));

describe('a copy of a workspace', () => {
  it('has the chosen files and folders, without what is built', () => {
    copyWorkspace(original.root, target.root, ['package.json', 'functions', 'no-such-folder']);
    expect(readFileSync(join(target.root, 'functions/orders/get-order/src/handler.ts'), 'utf8')).toBe(
      'handler',
    );
    expect(copied('package.json')).toBe(true);
    expect(copied('libs')).toBe(false);
    expect(copied('functions/orders/get-order/dist')).toBe(false);
    expect(copied('functions/orders/get-order/artifact')).toBe(false);
  });

  it('has only the files that are asked for', () => {
    copyWorkspace(original.root, target.root, ['functions'], (file) => !file.endsWith('.spec.ts'));
    expect(copied('functions/orders/get-order/src/handler.ts')).toBe(true);
    expect(copied('functions/orders/get-order/src/handler.spec.ts')).toBe(false);
  });

  it('uses its own packages where it has them, and those of the original otherwise', () => {
    copyWorkspace(original.root, target.root, ['functions', 'libs/rules']);
    expect(linked('@shop/get-order')).toBe(join(target.root, 'functions/orders/get-order'));
    expect(linked('@shop/rules')).toBe(join(target.root, 'libs/rules'));
    expect(linked('@shop/storage')).toBe(join(original.root, 'libs/storage'));
    expect(linked('shop-tools')).toBe(join(original.root, 'libs/storage'));
    expect(linked('pg')).toBe(join(original.root, 'node_modules/pg'));
    expect(linked('@scope/one')).toBe(join(original.root, 'node_modules/@scope/one'));
    expect(linked('@shop/installed')).toBe(join(original.root, 'node_modules/@shop/installed'));
    expect(linked('.bin/pg')).toBe(join(original.root, 'node_modules/.bin/pg'));
  });

  it('has no links to caches and removed packages', () => {
    copyWorkspace(original.root, target.root, ['functions']);
    expect(copied('node_modules/.cache')).toBe(false);
    const removed = join(target.root, 'node_modules/@shop/removed');
    expect(lstatSync(removed, { throwIfNoEntry: false })).toBeUndefined();
  });

  it('of a workspace that is reached by a link is the same', () => {
    const alias = join(target.root, 'alias');
    symlinkSync(original.root, alias);
    using copy = new TemporaryWorkspace();
    copyWorkspace(alias, copy.root, ['functions']);
    const package_ = join(copy.root, 'node_modules/@shop/get-order');
    expect(realpathSync(package_)).toBe(join(copy.root, 'functions/orders/get-order'));
  });
});
