// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of Serverless
import { join } from 'node:path';
import { FsTree } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SmallWorkspace } from '../../testing/small-workspace.ts';
import importGenerator, { type ImportOptions } from './generator.ts';
import { SourceLines } from './source-lines.ts';

let workspace: SmallWorkspace;
beforeEach(() => {
  workspace = new SmallWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

async function generate(options: ImportOptions): Promise<Record<string, string>> {
  const tree = new FsTree(workspace.root, false);
  await importGenerator(tree, options);
  return Object.fromEntries(tree.listChanges().map(({ path, content }) => [path, `${content}`]));
}

const service = (functions: string) =>
  `service: stock\nprovider: { name: aws, runtime: nodejs24.x }\nfunctions:\n${functions}`;

describe('nx g import', () => {
  it.each([
    ['old/none.yml', {}, /^--from: there is no file .*old\/none\.yml/],
    ['old/broken.yml', { 'old/broken.yml': 'openapi: [' }, /is neither YAML nor JSON/],
    ['old/empty.yml', { 'old/empty.yml': 'service: x\nprovider: aws\n' }, /"functions" has none/],
    [
      'old/cloud.yml',
      { 'old/cloud.yml': 'service: x\nprovider: { name: google }\n' },
      /"provider\.name" is google/,
    ],
    ['old/serverless.js', { 'old/serverless.js': 'throw new Error("no config");' }, /no config/],
    ['old/serverless.mjs', { 'old/serverless.mjs': 'process.exit(0);' }, /ends the program that reads it/],
    [
      'old/taken.yml',
      {
        'old/taken.yml': service(
          '  getOrder: { handler: a.handler, events: [{ httpApi: GET /stock }] }\n  other: { handler: a.handler, events: [{ httpApi: GET /orders }] }',
        ),
        'old/a.js': 'exports.handler = async () => {};',
      },
      /^Nothing is imported: "get-order" is there already, in functions\/orders\/get-order; GET \/orders is the route of list-orders\./,
    ],
    ['old/v2.json', { 'old/v2.json': '{ "swagger": "2.0" }' }, /Convert the document to OpenAPI 3 first/],
  ])('refuses %s, and writes nothing', async (from, files, message) => {
    for (const [path, text] of Object.entries(files)) workspace.write(path, text);
    const tree = new FsTree(workspace.root, false);
    await expect(importGenerator(tree, { from: join(workspace.root, from) })).rejects.toThrow(message);
    expect(tree.listChanges()).toEqual([]);
  });

  it('refuses a folder that is no name', async () => {
    await expect(generate({ from: 'x', resource: 'Stock Items' })).rejects.toThrow(
      /--resource: "Stock Items"/,
    );
  });

  it('puts all endpoints into the folder of --resource, and the list into the file of --report', async () => {
    workspace.write(
      'old/serverless.yml',
      service(`  read: { handler: a.read, events: [{ httpApi: 'GET /stock/{id}' }, { sns: x }] }`),
    );
    workspace.write('old/a.js', 'exports.read = async () => {};');
    const files = await generate({
      from: join(workspace.root, 'old/serverless.yml'),
      resource: 'parts',
      report: 'import.md',
    });
    expect(Object.keys(files)).toContain('functions/parts/read-parts/src/contract.ts');
    expect(files['import.md']).toContain('- `old/serverless.yml:4 functions.read.events.1.sns`');
  });

  it('writes no value that a variable has: it may be a secret', async () => {
    workspace.write('old/.env', 'STOCK_SECRET=hidden\n');
    workspace.write(
      'old/serverless.yml',
      `useDotenv: true\n${service("  read:\n    handler: a.read\n    events: [{ httpApi: GET /stock }]\n    environment: { SECRET: '${env:STOCK_SECRET}', MODE: fast }")}`,
    );
    workspace.write('old/a.js', 'exports.read = async () => {};');
    const files = await generate({ from: join(workspace.root, 'old/serverless.yml') });
    const spec = files['functions/stock/read-stock/src/handler.spec.ts'];
    expect(spec).toMatch(/SECRET["']?: ["']test["'], ["']?MODE["']?: ["']fast["']/);
    expect(Object.values(files).join()).not.toContain('hidden');
  });
});

describe('lines of keys', () => {
  it('are found through variables, in other files', () => {
    workspace.write(
      'old/serverless.yml',
      'custom:\n  all: ${file(all.yml):here}\nfunctions: ${self:custom.all}\n',
    );
    workspace.write('old/all.yml', 'here:\n  read:\n    handler: x\n');
    const lines = new SourceLines(join(workspace.root, 'old/serverless.yml'));
    expect(lines.placeOf(['functions', 'read', 'handler'])).toEqual({
      file: join(workspace.root, 'old/all.yml'),
      line: 3,
    });
  });

  it('of variables in a circle are those of the last key that is there', () => {
    workspace.write('old/serverless.yml', 'a: ${self:b}\nb: ${self:a}\n');
    expect(new SourceLines(join(workspace.root, 'old/serverless.yml')).placeOf(['b', 'c']).line).toBeLessThan(
      3,
    );
  });
});
