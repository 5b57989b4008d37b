import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FsTree } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readContracts } from '../contract-file.ts';
import { packFunctions, readPacking, readTopologyFile } from '../topology.ts';
import { scaleEndpoints } from './scale-endpoint.ts';
import { scaleResource } from './scale-resource.ts';
import scaleWorkspaceGenerator from './scale-workspace.ts';

const original = fileURLToPath(new URL('../../../..', import.meta.url));
let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'scale-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function generate(endpoints: number, directory: string): Promise<void> {
  const write = await scaleWorkspaceGenerator(new FsTree(original, false), { endpoints, directory });
  await write();
}

it('makes a workspace that every tool can read, with one commit', async () => {
  const directory = join(folder, 'new/workspace');
  await generate(23, directory);
  const packing = readPacking(directory);
  const file = readTopologyFile(directory);
  const counts = Object.keys(file.topologies).map((name) => packFunctions(packing, file, name).length);
  expect(counts).toEqual([23, 3, 1]);
  const contracts = await readContracts(directory, packing);
  expect(contracts.get('get-invoice-overview')?.calls.map(({ name }) => name)).toEqual([
    'list-user-invoices',
  ]);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: directory, encoding: 'utf8' });
  expect(git('rev-list', '--count', 'main').trim()).toBe('1');
  expect(git('status', '--porcelain')).toBe('');
});

it('gives no two endpoints one name or one route, however many there are', () => {
  const all = Array.from({ length: 1000 }, (_, index) => scaleEndpoints(scaleResource(index), 10)).flat();
  expect(new Set(all.map(({ name }) => name)).size).toBe(10_000);
  const routes = all.map(({ files }) => /method: .*\n {2}path: .*/.exec(files['src/contract.ts'] ?? '')?.[0]);
  expect(new Set(routes).size).toBe(10_000);
});

it('refuses a folder with something in it, and one inside of the workspace, and writes nothing', async () => {
  writeFileSync(join(folder, 'mine.txt'), '');
  await expect(generate(10, folder)).rejects.toThrow(/is not empty: name a new folder, or empty it/);
  expect(readdirSync(folder)).toEqual(['mine.txt']);
  await expect(generate(10, join(original, 'tmp/scale'))).rejects.toThrow(/is inside of this workspace/);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  await generate(1, empty);
  expect(readPacking(empty).endpoints.map(({ name }) => name)).toEqual(['create-order']);
});
