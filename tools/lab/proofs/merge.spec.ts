import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { expect, it } from 'vitest';
import { runNx } from '../testbed/nx.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// Two branches that add an endpoint each, to the same resource and units.
const names = ['count-items', 'count-lines'] as const;

function git(root: string, ...args: string[]): string {
  const author = ['-c', 'user.name=fixture', '-c', 'user.email=fixture@example.com'];
  return spawnSync('git', [...author, ...args], { cwd: root, encoding: 'utf8' }).stdout.trim();
}

it('merges generated endpoints and their recorded sizes without a conflict', async () => {
  await using workspace = new WorkspaceFixture({ withNx: true });
  workspace.commit('everything');
  for (const name of names) {
    git(workspace.root, 'checkout', '--quiet', '-b', name, 'main');
    await runNx(workspace.root, 'g', 'endpoint', name, '--route', `GET /orders/${name}`, '--skipInstall');
    workspace.linkPackages();
    await runNx(workspace.root, 'run', `${name}:build`);
    const nanos = join(workspace.root, 'tools/nx/bin/nanos.mjs');
    execFileSync(process.execPath, [nanos, 'sizes', '--record'], { cwd: workspace.root, stdio: 'pipe' });
    workspace.commit(`feat: ${name}`);
  }
  git(workspace.root, 'merge', '--no-edit', names[0]);
  expect(git(workspace.root, 'status', '--short')).toBe('');
  for (const name of names) {
    expect(workspace.exists(`functions/orders/${name}/src/handler.ts`)).toBe(true);
    expect(workspace.exists(`functions/orders/${name}/bundle-size.json`)).toBe(true);
  }
});

it('npm resolves a conflict in package-lock.json', () => {
  const cache = mkdtempSync(join(tmpdir(), 'npm-'));
  using workspace = new TemporaryWorkspace({
    'package.json': { name: 'shop', private: true, workspaces: ['functions/*/*'] },
  });
  const { root } = workspace;
  const install = () =>
    execFileSync(
      'npm',
      ['install', '--package-lock-only', '--offline', '--no-audit', '--no-fund', '--cache', cache],
      {
        cwd: root,
        stdio: 'pipe',
      },
    );
  const commit = (message: string) => git(root, 'commit', '--quiet', '--all', '--message', message);
  git(root, 'init', '--quiet', '--initial-branch=main');
  install();
  git(root, 'add', '--all');
  commit('everything');
  for (const name of names) {
    git(root, 'checkout', '--quiet', '-b', name, 'main');
    workspace.endpoint(`functions/orders/${name}`);
    install();
    git(root, 'add', '--all');
    commit(name);
  }
  git(root, 'merge', '--no-edit', names[0]);
  expect(git(root, 'diff', '--name-only', '--diff-filter=U')).toBe('package-lock.json');
  install();
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  expect(Object.keys(packages)).toEqual(
    expect.arrayContaining(names.map((name) => `functions/orders/${name}`)),
  );
  rmSync(cache, { recursive: true });
});
