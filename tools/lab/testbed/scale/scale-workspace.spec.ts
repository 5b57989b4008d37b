import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readWorkspace } from '@nanoservices/model';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { repositoryRoot } from '../repository.ts';
import { typeErrors } from '../type-errors.ts';
import { scaleEndpoints } from './scale-endpoint.ts';
import { scaleResource } from './scale-resource.ts';
import { scaleWorkspace } from './scale-workspace.ts';

let folder: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'scale-')));
});
afterEach(() => rmSync(folder, { recursive: true }));

it('makes a workspace that every tool can read, with one commit', async () => {
  const root = join(folder, 'new/workspace');
  scaleWorkspace(23, root);
  const workspace = await readWorkspace(root);
  const counts = Object.keys(workspace.topologies.topologies).map(
    (name) => workspace.pack(name).functions.length,
  );
  expect(counts).toEqual([23, 3, 1]);
  const { calls = [] } = workspace.contracts.get('get-invoice-overview') ?? {};
  expect(calls.map(({ name }) => name)).toEqual(['list-owner-invoices']);
  const git = (...args: string[]) => execFileSync('git', args, { cwd: root, encoding: 'utf8' });
  expect(git('rev-list', '--count', 'main').trim()).toBe('1');
  expect(git('status', '--porcelain')).toBe('');
});

it('has no type error', async () => {
  await using workspace = scaleWorkspace(10);
  expect(typeErrors(workspace.root)).toEqual([]);
});

it('gives no two endpoints one name or one route, however many there are', () => {
  const all = Array.from({ length: 1000 }, (_, index) => scaleEndpoints(scaleResource(index), 10)).flat();
  expect(new Set(all.map(({ name }) => name)).size).toBe(10_000);
  const routes = all.map(({ files }) => /method: .*\n {2}path: .*/.exec(files['src/contract.ts'] ?? '')?.[0]);
  expect(new Set(routes).size).toBe(10_000);
});

it('refuses a folder with something in it, and one inside of the repository, and writes nothing', async () => {
  writeFileSync(join(folder, 'mine.txt'), '');
  expect(() => scaleWorkspace(10, folder)).toThrow(/is not empty: name a new folder, or empty it/);
  expect(readdirSync(folder)).toEqual(['mine.txt']);
  expect(() => scaleWorkspace(10, join(repositoryRoot, 'tmp/scale'))).toThrow(/is inside of this repository/);
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  scaleWorkspace(1, empty);
  expect((await readWorkspace(empty)).endpoints.map(({ name }) => name)).toEqual(['create-order']);
});
