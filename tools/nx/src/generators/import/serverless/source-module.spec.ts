import { describe, expect, it } from 'vitest';
import { exportedHandler } from './exported-handler.ts';
import { applyEdits, parseModule } from './source-module.ts';

describe('imports of types', () => {
  const types = (text: string) => applyEdits(text, parseModule('a.ts', text).typeEdits);

  it.each([
    [`import { A, B } from 'x';\nlet a: A<B>;`, `import type { A, B } from 'x';\nlet a: A<B>;`],
    [`import { A, b } from 'x';\nb as A;`, `import { type A, b } from 'x';\nb as A;`],
    [`import A, { b } from 'x';\nb as A;`, `import { type default as A, b } from 'x';\nb as A;`],
    [
      `import A, { B } from 'x';\nlet a: A<B>;`,
      `import type A from 'x';\nimport type { B } from 'x';\nlet a: A<B>;`,
    ],
    [`import * as A from 'x';\nlet a: A.B;`, `import type * as A from 'x';\nlet a: A.B;`],
  ])('%s', (before, after) => {
    expect(types(before)).toBe(after);
  });

  it.each([
    `import 'x';`,
    `import { a } from 'x';\na();`,
    `import type { A } from 'x';`,
    `import a = require('x');\na();`,
  ])('stays: %s', (text) => {
    expect(types(text)).toBe(text);
  });
});

it('finds imports of every syntax, and not those in comments and texts', () => {
  const text = `import a from 'a'; export * from 'b'; import c = require('c'); type D = import('d').D;
    const e = require('e'), f = await import('f'), g = require.resolve('g'); // require('no')
    const h = "require('no')"; require(e);`;
  const { imports, computedImport } = parseModule('a.ts', text);
  expect(imports.map(({ specifier }) => specifier)).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g']);
  expect(text.slice(computedImport)).toBe('require(e);');
});

describe('the exported handler', () => {
  it.each([
    ['exports.list = (a, b, c) => {};', true],
    ['module.exports.list = exports.all = function (a, b, c) {};', true],
    ['const list = (a, b, c) => {};\nmodule.exports = { other: 1, list };', true],
    ['function run(a, b, c) {}\nexport { run as list };', true],
    ['export const list = (async (a, b, c) => {}) as Handler;', true],
    ['export async function list(event) {}', false],
    ['export const list = middy(handler);', false],
  ])('%s has a callback: %s', (text, hasCallback) => {
    expect(exportedHandler('a.ts', text, 'list')).toMatchObject({ hasCallback, isMissing: false });
  });

  it.each(['export const other = 1;', 'export default () => {};', 'export { list as other } from "x";'])(
    '%s has none',
    (text) => {
      expect(exportedHandler('a.js', text, 'list').isMissing).toBe(true);
    },
  );

  it.each([
    'export * from "./list";',
    'export const { list } = handlers;',
    'Object.assign(exports, handlers);',
  ])('%s may have one', (text) => {
    expect(exportedHandler('a.js', text, 'list').isMissing).toBe(false);
  });
});
