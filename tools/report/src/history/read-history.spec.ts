import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WorkspaceCopy } from '@nanoservices/runtime/testing';
import { readPacking, type Unit } from '@nanoservices/workspace/topology';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type History, readHistory } from './read-history.ts';

const workspace = new WorkspaceCopy().withoutEndpoints();

function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...who, ...args], { cwd: folder, encoding: 'utf8' });
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
    git(workspace.root, 'init', '-q');
    workspace.write('.gitignore', 'node_modules\n');
    commit('nothing yet');
    workspace.endpoint('one', 'GET /one', 'return { shared };', "import { shared } from '../../shared.ts';");
    workspace.endpoint('two', 'GET /two', 'return { shared };', "import { shared } from '../../shared.ts';");
    workspace.endpoint('three', 'GET /three', 'return {};');
    workspace.write('functions/test/shared.ts', 'export const shared = 1;');
    commit('begin');
    workspace.handler('three', 'return { now: 3 };');
    commit('one endpoint');
    workspace.handler('three', '/* Just words. */ return { now: 3 };');
    workspace.write('functions/test/README.md', 'Words.');
    commit('words only');
    workspace.write('functions/test/shared.ts', 'export const shared = 2;');
    commit('something shared');
    workspace.write('functions/test/shared.ts', 'export const shared = ;');
    commit('broken');
    workspace.write('functions/test/shared.ts', 'export const shared = 3;');
    workspace.endpoint('four', 'GET /four', 'return {};');
    commit('mended, and one more');
    workspace.write(
      'functions/pair/package.json',
      JSON.stringify({ unit: { include: ['test/one', 'test/three'] } }),
    );
    units = readPacking(workspace.root).units.filter(({ name }) => name === 'pair');
    history = (await readHistory(workspace.root, units, 50)) as History;
  });
  afterAll(() => workspace.delete());

  it('says which bundles of endpoints and of units each commit changed', () => {
    expect(at('one endpoint')?.changed).toEqual(new Set(['three', 'pair']));
    expect(at('words only')?.changed).toEqual(new Set());
    expect(at('something shared')?.changed).toEqual(new Set(['one', 'two', 'pair']));
  });

  it('leaves out what cannot be built, and sees its change with the next commit', () => {
    expect(history.skipped.map(({ commit }) => commit.subject)).toEqual(['nothing yet', 'broken']);
    expect(at('mended, and one more')?.changed).toEqual(new Set(['one', 'two', 'four', 'pair']));
  });

  it('looks at so many commits only, and changes nothing in the repository', async () => {
    const short = await readHistory(workspace.root, units, 2);
    expect(short?.changes.map(({ commit }) => commit.subject)).toEqual(['mended, and one more']);
    expect(git(workspace.root, 'status', '--porcelain').trim()).toBe('?? functions/pair/');
  });

  it('says when older commits are not there', async () => {
    const shallow = mkdtempSync(join(tmpdir(), 'shallow-'));
    git(shallow, 'clone', '-q', '--depth', '2', `file://${workspace.root}`, '.');
    execFileSync('ln', ['-s', join(workspace.root, 'node_modules'), join(shallow, 'node_modules')]);
    expect(await readHistory(shallow, [], 50)).toMatchObject({ isShallow: true });
    rmSync(shallow, { recursive: true });
  });

  it('is undefined where there is no repository', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'no-repository-'));
    expect(await readHistory(folder, [], 50)).toBeUndefined();
    rmSync(folder, { recursive: true });
  });
});
