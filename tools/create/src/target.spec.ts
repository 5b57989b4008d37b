import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { targetOf } from './target.ts';

let above: string;
beforeEach(() => {
  above = realpathSync(mkdtempSync(join(tmpdir(), 'target-')));
});
afterEach(() => rmSync(above, { recursive: true }));

it('is a folder that is not there, or is empty', () => {
  expect(targetOf(join(above, 'deep/my-shop'))).toEqual({
    folder: join(above, 'deep/my-shop'),
    name: 'my-shop',
  });
  mkdirSync(join(above, 'shop2'));
  expect(targetOf(join(above, 'shop2')).name).toBe('shop2');
});

it.each([
  ['MyShop', 'as my-shop.'],
  ['my_shop', 'as my-shop.'],
  ['2nd shop', 'as nd-shop.'],
  ['-', 'as shop.'],
  ['ünü', 'as n.'],
  ['a'.repeat(41), `as ${'a'.repeat(40)}.`],
])('refuses the name %s, and has another one', (name, suggestion) => {
  expect(() => targetOf(join(above, name))).toThrow(suggestion);
});

it('refuses a file, and a folder with anything in it', () => {
  writeFileSync(join(above, 'file'), '');
  expect(() => targetOf(join(above, 'file'))).toThrow('is a file');
  mkdirSync(join(above, 'full'));
  for (const name of ['.git', 'a', 'b', 'c']) writeFileSync(join(above, 'full', name), '');
  expect(() => targetOf(join(above, 'full'))).toThrow('is not empty: it has .git, a, b, …');
});
