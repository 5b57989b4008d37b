import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

// The shell of the workflows, as GitHub runs it, on real git repositories. Only npx is replaced: it notes its arguments.
let folder: string;
let repository: string;
/** Commits of `repository`, from the first to the last. */
const commits: string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'workflows-'));
  const npx = join(folder, 'npx');
  writeFileSync(
    npx,
    `#!/usr/bin/env bash
echo "$*" >> "$NPX_LOG"
if [ "$*" = "nanos base --stage dev" ]; then echo "$STAGE_BASE"; fi
if [ "$2" = "$FAILING" ]; then exit 1; fi
`,
  );
  chmodSync(npx, 0o755);
  repository = join(folder, 'repository');
  git(folder, 'init', '--quiet', '--initial-branch=main', repository);
  commits.push(commit(repository), commit(repository), commit(repository));
});
afterAll(() => rmSync(folder, { recursive: true }));

function git(cwd: string, ...args: string[]): string {
  const author = ['-c', 'user.name=a', '-c', 'user.email=a@example.com', '-c', 'commit.gpgsign=false'];
  return execFileSync('git', [...author, ...args], { cwd, encoding: 'utf8' }).trim();
}

let count = 0;
function commit(cwd: string): string {
  git(cwd, 'commit', '--quiet', '--allow-empty', '--message', `${++count}`);
  return git(cwd, 'rev-parse', 'HEAD');
}

function clone(name: string, ...options: string[]): string {
  git(folder, 'clone', '--quiet', ...options, pathToFileURL(repository).href, name);
  return join(folder, name);
}

/** The shell of a step of a workflow. */
function scriptOf(workflow: string, step: string): string {
  const text = readFileSync(join(repositoryRoot, '.github/workflows', workflow), 'utf8');
  const [, block = ''] = text.split(`- name: ${step}\n`);
  const [, script = ''] = /(?:^|\n) {8}run: \|\n((?: {10}.*\n|\n)+)/.exec(block) ?? [];
  expect(script).not.toBe('');
  return script.replaceAll(/^ {10}/gm, '');
}

/** Runs a step. @returns its exit code, and the arguments of each npx */
function runStep(script: string, cwd: string, env: Readonly<Record<string, string>>) {
  const log = join(folder, `log-${++count}`);
  writeFileSync(log, '');
  const { status } = spawnSync('bash', ['-e', '-c', script], {
    cwd,
    env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}`, NPX_LOG: log, ...env },
  });
  return { status, calls: readFileSync(log, 'utf8').trim().split('\n') };
}

describe('ci.yml', () => {
  const targets = '-t lint typecheck test test-application build size';
  const script = () => scriptOf('ci.yml', 'Everything that the change affects');
  const check = (cwd: string, base: string) => runStep(script(), cwd, { BASE: base });
  const everything = { status: 0, calls: [`nx run-many ${targets}`] };
  const since = (base: string) => ({ status: 0, calls: [`nx affected ${targets} --base=${base}`] });

  it('checks what a push changes', () => {
    expect(check(repository, commits[0] as string)).toEqual(since(commits[0] as string));
  });

  it.each([
    ['the first push of a branch, or a tag', '0'.repeat(40)],
    ['an event without a base', ''],
    ['a forced push whose previous commit is not in the clone', 'f'.repeat(40)],
  ])('checks everything after %s', (_, base) => {
    expect(check(repository, base)).toEqual(everything);
  });

  it('checks everything after a forced push whose previous commit is still there', () => {
    const forced = clone('forced');
    const previous = git(forced, 'rev-parse', 'HEAD');
    git(forced, 'reset', '--quiet', '--hard', 'HEAD~1');
    commit(forced);
    expect(check(forced, previous)).toEqual(everything);
  });

  it('checks everything in a shallow clone', () => {
    expect(check(clone('shallow', '--depth=1'), commits[0] as string)).toEqual(everything);
  });

  it('checks what a pull request changes, from a fork too', () => {
    const merged = clone('merged');
    const base = git(merged, 'rev-parse', 'HEAD');
    const fork = clone('fork');
    git(fork, 'reset', '--quiet', '--hard', 'HEAD~1');
    commit(fork);
    // GitHub checks out the merge of both, without a remote for the fork.
    git(merged, 'fetch', '--quiet', fork, 'main');
    git(merged, 'merge', '--quiet', '--no-edit', 'FETCH_HEAD');
    expect(check(merged, base)).toEqual(since(base));
  });

  it('fails when a check fails', () => {
    const { status } = runStep(script(), repository, { BASE: commits[0] as string, FAILING: 'affected' });
    expect(status).toBe(1);
  });
});

describe('deploy.yml', () => {
  const deploy = (env: Readonly<Record<string, string>>) =>
    runStep(scriptOf('deploy.yml', 'What changed'), repository, {
      STAGE: 'dev',
      STAGE_BASE: '',
      GITHUB_EVENT_NAME: 'push',
      ...env,
    });
  const base = 'nanos base --stage dev';
  const record = 'nanos base --record --stage dev';
  const everything = 'nx run-many -t deploy --stage dev --output-style static';

  it('deploys what a push affects since the last complete deployment, and records it', () => {
    const affected = 'nx affected -t deploy --base=abc --stage dev --output-style static';
    expect(deploy({ STAGE_BASE: 'abc' })).toEqual({ status: 0, calls: [base, affected, record] });
  });

  it('looks at everything when the stage has no base, and by hand', () => {
    expect(deploy({})).toEqual({ status: 0, calls: [base, everything, record] });
    const byHand = deploy({ STAGE_BASE: 'abc', GITHUB_EVENT_NAME: 'workflow_dispatch' });
    expect(byHand).toEqual({ status: 0, calls: [base, everything, record] });
  });

  it('records nothing when the deployment fails, and deploys nothing when the base cannot be read', () => {
    expect(deploy({ FAILING: 'run-many' })).toEqual({ status: 1, calls: [base, everything] });
    expect(deploy({ FAILING: 'base' })).toEqual({ status: 1, calls: [base] });
  });
});

it('nothing else in the workflows compares with the previous push', () => {
  for (const workflow of ['ci.yml', 'deploy.yml']) {
    const text = readFileSync(join(repositoryRoot, '.github/workflows', workflow), 'utf8');
    expect(text.match(/github\.event\.before/g) ?? [], workflow).toHaveLength(workflow === 'ci.yml' ? 1 : 0);
    // Without the history, no base is an ancestor.
    expect(text).toContain('fetch-depth: 0');
  }
});
