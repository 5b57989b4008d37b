import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { lockedClosure } from './lock-file.ts';

let shop: TemporaryWorkspace;

beforeEach(() => {
  shop = new TemporaryWorkspace();
});
afterEach(() => shop[Symbol.dispose]());

const lock = (packages: object) => shop.write('package-lock.json', { lockfileVersion: 3, packages });
const closure = (external: Readonly<Record<string, string>>) => lockedClosure(shop.root, external);

describe('the packages of a function in package-lock.json', () => {
  it('are the external ones with their dependencies on all platforms, and no others', () => {
    lock({
      '': { name: 'shop' },
      'node_modules/native': {
        version: '1.2.3',
        dev: true,
        dependencies: { helper: '^1' },
        optionalDependencies: { 'native-arm64': '1.2.3', 'native-x64': '1.2.3', absent: '1' },
      },
      'node_modules/native/node_modules/helper': { version: '1.0.0' },
      'node_modules/helper': { version: '2.0.0' },
      'node_modules/native-arm64': { version: '1.2.3', cpu: ['arm64'], optional: true },
      'node_modules/native-x64': { version: '1.2.3', cpu: ['x64'], optional: true },
      'node_modules/other': { version: '1.0.0' },
    });
    expect(closure({ native: 'node_modules/native' })).toEqual({
      'node_modules/native': expect.objectContaining({ version: '1.2.3' }),
      'node_modules/native/node_modules/helper': { version: '1.0.0' },
      'node_modules/native-arm64': { version: '1.2.3', cpu: ['arm64'], optional: true },
      'node_modules/native-x64': { version: '1.2.3', cpu: ['x64'], optional: true },
    });
    expect(closure({ native: 'node_modules/native' })['node_modules/native']).not.toHaveProperty('dev');
  });

  it('of an endpoint come to the top, with dependencies from the root of the workspace', () => {
    const root = 'functions/orders/get-order/node_modules';
    lock({
      [`${root}/native`]: { version: '2.0.0', dependencies: { helper: '1' } },
      'node_modules/native': { version: '1.0.0' },
      'node_modules/helper': { version: '1.0.0' },
    });
    expect(closure({ native: `${root}/native` })).toEqual({
      'node_modules/helper': { version: '1.0.0' },
      'node_modules/native': { version: '2.0.0', dependencies: { helper: '1' } },
    });
  });

  it('are not optional if one of them needs them, whatever comes first', () => {
    lock({
      'node_modules/a': { version: '1.0.0', optionalDependencies: { shared: '1' } },
      'node_modules/b': { version: '1.0.0', dependencies: { shared: '1' } },
      'node_modules/shared': { version: '1.0.0', dependencies: { deep: '1' }, optional: true },
      'node_modules/deep': { version: '1.0.0', dependencies: { shared: '1' } },
    });
    const [a, b] = [{ a: 'node_modules/a' }, { b: 'node_modules/b' }];
    for (const external of [
      { ...a, ...b },
      { ...b, ...a },
    ]) {
      expect(closure(external)['node_modules/shared']).not.toHaveProperty('optional');
      expect(closure(external)['node_modules/deep']).not.toHaveProperty('optional');
    }
    expect(closure(a)['node_modules/deep']).toMatchObject({ optional: true });
  });

  it.each([
    ['no lock file', () => {}, /package-lock\.json is missing.*npm install/],
    ['an old lock file', () => lock(undefined as never), /has no "packages"/],
    ['a package that is not locked', () => lock({}), /has no node_modules\/native: npm install/],
    [
      'a dependency that is not locked',
      () => lock({ 'node_modules/native': { version: '1.0.0', dependencies: { helper: '1' } } }),
      /node_modules\/native needs helper/,
    ],
  ])('are refused with %s', (_, arrange, message) => {
    arrange();
    expect(() => closure({ native: 'node_modules/native' })).toThrow(message);
  });

  it('are refused in two versions under one path', () => {
    const root = 'functions/orders/get-order/node_modules';
    lock({
      [`${root}/a`]: { version: '1.0.0', dependencies: { helper: '1' } },
      [`${root}/helper`]: { version: '1.0.0' },
      'node_modules/b': { version: '1.0.0', dependencies: { helper: '2' } },
      'node_modules/helper': { version: '2.0.0' },
    });
    expect(() => closure({ a: `${root}/a`, b: 'node_modules/b' })).toThrow(
      /would both be node_modules\/helper/,
    );
  });
});
