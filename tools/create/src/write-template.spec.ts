import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { writeTemplate } from './write-template.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'template-'));
  mkdirSync(join(folder, 'template/dot-github/a'), { recursive: true });
});
afterEach(() => rmSync(folder, { recursive: true }));

const write = (values: Record<string, string>) =>
  writeTemplate(join(folder, 'template'), join(folder, 'out'), values);

it('gives files their names, and values', () => {
  writeFileSync(
    join(folder, 'template/dot-github/a/dot-b.yml.template'),
    '<%= scope %>/x {{ github.ref }} <%= scope %>',
  );
  writeFileSync(join(folder, 'template/no-template.txt'), '');
  write({ scope: '@shop' });
  expect(readFileSync(join(folder, 'out/.github/a/.b.yml'), 'utf8')).toBe('@shop/x {{ github.ref }} @shop');
  expect(() => readFileSync(join(folder, 'out/no-template.txt'))).toThrow('ENOENT');
});

it('refuses a key without value', () => {
  writeFileSync(join(folder, 'template/a.template'), '<%= nothing %>');
  expect(() => write({})).toThrow('nothing');
});
