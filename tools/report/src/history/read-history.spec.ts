import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { readLayout, type Unit } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fixtureWorkspace,
  writeEndpoint,
  writeHandler,
  writeManifest,
} from '../testing/fixture-workspace.ts';
import { type History, readHistory } from './read-history.ts';

const workspace = fixtureWorkspace();

function git(folder: string, ...args: string[]): string {
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...author, ...args], { cwd: folder, encoding: 'utf8' });
}

function commit(subject: string): void {
  git(workspace.root, 'add', '-A');
  git(workspace.root, 'commit', '-qm', subject);
}

describe('the history of a repository', () => {
  let units: readonly Unit[];
  let history: History;
  const at = (subject: string) => history.changes.find((change) => change.commit.subject === subject);

  beforeAll(async () => {
    const shared = "import { shared } from '../../shared.ts';";
    git(workspace.root, 'init', '-q');
    workspace.write('.gitignore', 'node_modules\n');
    commit('nothing yet');
    writeEndpoint(workspace, 'one', 'GET /one', 'return { shared };', shared);
    writeEndpoint(workspace, 'two', 'GET /two', 'return { shared };', shared);
    writeEndpoint(workspace, 'three', 'GET /three', 'return {};');
    workspace.write('functions/test/shared.ts', 'export const shared = 1;');
    commit('begin');
    writeHandler(workspace, 'three', 'return { now: 3 };');
    commit('one endpoint');
    writeHandler(workspace, 'three', '/* Just words. */ return { now: 3 };');
    workspace.write('functions/test/README.md', 'Words.');
    commit('words only');
    workspace.write('functions/test/shared.ts', 'export const shared = 2;');
    commit('something shared');
    workspace.write('functions/test/shared.ts', 'export const shared = ;');
    commit('broken');
    workspace.write('functions/test/shared.ts', 'export const shared = 3;');
    writeEndpoint(workspace, 'four', 'GET /four', 'return {};');
    commit('mended, and one more');
    writeManifest(workspace, 'functions/pair', {
      name: '@shop/pair',
      unit: { include: ['test/one', 'test/three'] },
    });
    units = readLayout(workspace.root).units.filter(({ name }) => name === 'pair');
    history = (await readHistory(workspace.root, units, 50)) as History;
  });
  afterAll(() => workspace.delete());

  it('says which bundles of endpoints and of units each commit changed', () => {
    expect(at('one endpoint')?.changed).toEqual(new Set(['three', 'pair']));
    expect(at('words only')?.changed).toEqual(new Set());
    expect(at('something shared')?.changed).toEqual(new Set(['one', 'two', 'pair']));
  });

  it('skips commits that cannot be built, and shows their changes with the next one', () => {
    expect(history.skipped.map(({ commit }) => commit.subject)).toEqual(['nothing yet', 'broken']);
    expect(at('mended, and one more')?.changed).toEqual(new Set(['one', 'two', 'four', 'pair']));
  });

  it('is limited to a number of commits, and changes nothing in the repository', async () => {
    const short = await readHistory(workspace.root, units, 2);
    expect(short?.changes.map(({ commit }) => commit.subject)).toEqual(['mended, and one more']);
    expect(git(workspace.root, 'status', '--porcelain').trim()).toBe('?? functions/pair/');
  });

  it('says when the clone lacks older commits', async () => {
    const shallow = mkdtempSync(join(tmpdir(), 'shallow-'));
    git(shallow, 'clone', '-q', '--depth', '2', pathToFileURL(workspace.root).href, '.');
    execFileSync('ln', ['-s', join(workspace.root, 'node_modules'), join(shallow, 'node_modules')]);
    expect(await readHistory(shallow, [], 50)).toMatchObject({ isShallow: true });
    rmSync(shallow, { recursive: true });
  });

  it('is undefined without a repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-repository-'));
    expect(await readHistory(folder, [], 50)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
