import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';

// The shell of the workflows, as GitHub runs it, on real git repositories. Only npx and gh are replaced: they note their arguments.
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
if [ "$2" = "$FAILING" ]; then exit 1; fi
`,
  );
  // GitHub's own command: it notes its arguments, too, and the text of a comment.
  const gh = join(folder, 'gh');
  writeFileSync(
    gh,
    `#!/usr/bin/env bash
echo "$*" >> "$NPX_LOG"
if [ "$1" = run ]; then echo "$GREEN"; fi
if [ "$1" = pr ]; then cat comment.md > "$COMMENT"; fi
`,
  );
  for (const program of [npx, gh]) chmodSync(program, 0o755);
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

const textOf = (workflow: string) =>
  readFileSync(join(repositoryRoot, '.github/workflows', workflow), 'utf8');

/** The shell of a step of a workflow. */
function scriptOf(workflow: string, step: string): string {
  const [, block = ''] = textOf(workflow).split(`- name: ${step}\n`);
  const [own = ''] = block.split('\n      - ');
  const [, script = ''] = /(?:^|\n) {8}run: \|\n((?: {10}.*\n?|\n)+)/.exec(`${own}\n`) ?? [];
  expect(script).not.toBe('');
  return script.replaceAll(/^ {10}/gm, '');
}

/** The text of a job of a workflow. */
function jobOf(workflow: string, name: string): string {
  const [, job = ''] = textOf(workflow).split(`\n  ${name}:\n`);
  return job.split(/\n {2}\w+:\n/)[0] ?? '';
}

/** Runs a step. @returns its exit code, and the arguments of each npx and gh */
function runStep(script: string, cwd: string, env: Readonly<Record<string, string>>) {
  const log = join(folder, `log-${++count}`);
  writeFileSync(log, '');
  const { status } = spawnSync('bash', ['-eo', 'pipefail', '-c', script], {
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

  it('refuses a pull request whose contracts break clients or callers, here and in new workspaces', () => {
    const template = 'tools/create/templates/base/dot-github/workflows/ci.yml.template';
    const step = `      - name: Contracts that the change breaks
        if: github.event_name == 'pull_request'
        run: npx nanos compatible --base "$BASE"
        env:
          BASE: \${{ github.event.pull_request.base.sha }}
`;
    for (const text of [textOf('ci.yml'), readFileSync(join(repositoryRoot, template), 'utf8')]) {
      expect(text).toContain(step);
      // The commit that the branch left is in the clone.
      expect(text).toContain('fetch-depth: 0');
    }
  });

  it('fails when a check fails', () => {
    const { status } = runStep(script(), repository, { BASE: commits[0] as string, FAILING: 'affected' });
    expect(status).toBe(1);
  });
});

describe('deploy.yml', () => {
  const find = (env: Readonly<Record<string, string>>) => {
    const output = join(folder, `output-${++count}`);
    writeFileSync(output, '');
    const ended = runStep(scriptOf('deploy.yml', 'The newest green commit'), repository, {
      ...{ GITHUB_OUTPUT: output, GITHUB_REPOSITORY: 'o/r', GITHUB_SHA: 'chosen' },
      ...{ GITHUB_EVENT_NAME: 'workflow_run', GREEN: 'green', ...env },
    });
    return { ...ended, output: readFileSync(output, 'utf8') };
  };
  const list = (chosen: string) =>
    `run list --repo o/r --workflow ci.yml --event push --status success ${chosen} --limit 1 --json headSha --jq .[].headSha`;

  it('deploys the newest commit of main that is green, whichever run of CI started it', () => {
    expect(find({})).toEqual({ status: 0, calls: [list('--branch main')], output: 'commit=green\n' });
  });

  it('deploys the chosen commit by hand, if it is green', () => {
    const byHand = find({ GITHUB_EVENT_NAME: 'workflow_dispatch' });
    expect(byHand).toEqual({ status: 0, calls: [list('--commit chosen')], output: 'commit=green\n' });
  });

  it('deploys nothing when no commit is green', () => {
    expect(find({ GREEN: '' })).toMatchObject({ status: 1, output: '' });
  });

  it('builds and deploys that commit, all of it', () => {
    expect(jobOf('deploy.yml', 'build')).toMatch(/ref: \$\{\{ steps\.commit\.outputs\.commit \}\}\n/);
    expect(jobOf('deploy.yml', 'deploy')).toMatch(/ref: \$\{\{ needs\.build\.outputs\.commit \}\}\n/);
    expect(jobOf('deploy.yml', 'build')).toContain('- run: npx nx run-many -t package\n');
    expect(jobOf('deploy.yml', 'deploy')).toContain('run: npx nanos deploy --packaged --stage "$STAGE"\n');
  });
});

describe.each(['deploy.yml', 'preview.yml'])('%s', (workflow) => {
  it('builds without a right on AWS, and deploys without install scripts and builds', () => {
    const [build, deploy] = [jobOf(workflow, 'build'), jobOf(workflow, 'deploy')];
    expect(build).toContain('- run: npm ci\n');
    expect(build).not.toMatch(/id-token|environment:|AWS_/);
    expect(deploy).toMatch(/needs: build\n/);
    expect(deploy).toContain('id-token: write');
    expect(deploy).toContain('- run: npm ci --ignore-scripts\n');
    expect(deploy).not.toMatch(/npm ci\n|\bnx\b|cache: npm/);
  });

  it('stops no deployment half-way, and compares with no earlier commit', () => {
    expect(textOf(workflow)).toContain('cancel-in-progress: false');
    expect(textOf(workflow)).not.toMatch(/affected|nanos base|event\.before/);
  });

  it('hands over what is packaged, and nothing of installed packages', () => {
    const [from, to] = [join(folder, `from-${++count}`), join(folder, `to-${count}`)];
    for (const path of ['functions/a b/artifact/dev', 'node_modules/x/artifact', 'functions/c/artifact']) {
      mkdirSync(join(from, path), { recursive: true });
      writeFileSync(join(from, path, 'function.zip'), path);
    }
    mkdirSync(to);
    const env = { RUNNER_TEMP: folder };
    expect(runStep(scriptOf(workflow, 'Hand over what is packaged'), from, env).status).toBe(0);
    const [, extract = ''] = /- run: (tar --extract .*)/.exec(jobOf(workflow, 'deploy')) ?? [];
    expect(runStep(extract, to, env).status).toBe(0);
    const files = readdirSync(to, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.zip'),
    );
    expect(files.sort()).toEqual([
      'functions/a b/artifact/dev/function.zip',
      'functions/c/artifact/function.zip',
    ]);
  });

  it('is the one that new workspaces get', () => {
    const template = `tools/create/templates/base/dot-github/workflows/${workflow}.template`;
    expect(readFileSync(join(repositoryRoot, template), 'utf8')).toBe(textOf(workflow));
  });

  it('names actions by their commits', () => {
    const actions = [...textOf(workflow).matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(5);
    for (const action of actions) expect(action).toMatch(/@[0-9a-f]{40}$/);
  });
});

describe('preview.yml', () => {
  const comment = (files: Readonly<Record<string, string>>, RESULT = 'success') => {
    const place = join(folder, `comment-${++count}`);
    mkdirSync(join(place, 'preview'), { recursive: true });
    for (const [name, text] of Object.entries(files)) writeFileSync(join(place, 'preview', name), text);
    const env = {
      COMMENT: join(place, 'comment'),
      GITHUB_REPOSITORY: 'o/r',
      NUMBER: '12',
      COMMIT: 'abc',
      RESULT,
    };
    const ended = runStep(scriptOf('preview.yml', 'Address and plan'), place, env);
    expect(ended).toEqual({
      status: 0,
      calls: ['pr comment 12 --repo o/r --edit-last --create-if-none --body-file comment.md'],
    });
    return readFileSync(env.COMMENT, 'utf8');
  };

  it('comments address and plan, once for a pull request', () => {
    const text = comment({
      'deployed.txt': 'The API of pr-12 is at https://x',
      'plan.txt': '→ get-order: new',
    });
    expect(text).toMatch(/^\*\*Preview\*\* of abc\n~{8}text\nThe API of pr-12 is at https:\/\/x\n~{8}\n/);
    expect(text).toMatch(/<summary>Plan<\/summary>\n\n~{8}text\n→ get-order: new\n~{8}\n/);
  });

  it('comments a failure, whatever there is of it', () => {
    const text = comment({ 'plan.txt': 'x' }, 'failure');
    expect(text).toContain('**Preview** of abc: failed\n~~~~~~~~text\nThere is none: see the log');
  });

  it('comments text as text, as far as it fits', () => {
    const text = comment({ 'deployed.txt': `a\n~~~~~~~~\n@everyone ${'x'.repeat(70_000)}`, 'plan.txt': '' });
    expect(text.match(/^~{8}/gm)).toHaveLength(4);
    expect(text.length).toBeLessThan(65_536);
  });

  it('gives nothing to forks, and the right to comment to a job that runs nothing of the pull request', () => {
    const own = 'github.event.pull_request.head.repo.full_name == github.repository';
    for (const job of ['build', 'remove']) expect(jobOf('preview.yml', job)).toContain(own);
    expect(jobOf('preview.yml', 'deploy')).toContain('needs: build');
    expect(jobOf('preview.yml', 'comment')).not.toMatch(/checkout|npm|id-token/);
    expect(textOf('preview.yml').match(/pull-requests: write/g)).toHaveLength(1);
  });
});

it('only ci.yml compares with the previous push, with the whole history', () => {
  expect(textOf('ci.yml').match(/github\.event\.before/g)).toHaveLength(1);
  // Without the history, no base is an ancestor.
  expect(textOf('ci.yml')).toContain('fetch-depth: 0');
});
