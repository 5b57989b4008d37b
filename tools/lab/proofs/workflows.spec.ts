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
if [ "$2" = "$FAILING" ] || [ "$*" = "$FAILING" ]; then exit 1; fi
if [ "$3" = list ]; then echo "$DEPLOYED"; fi
if [ "$3" = region ]; then echo eu-west-1; fi
`,
  );
  // GitHub's own command: it notes its arguments, too, and the text of a comment.
  const gh = join(folder, 'gh');
  writeFileSync(
    gh,
    `#!/usr/bin/env bash
echo "$*" >> "$NPX_LOG"
if [ "$1" = run ]; then echo "$GREEN"; fi
if [ "$1" = api ] && [ "$2" = --paginate ]; then printf "$OWN"; fi
if [ "$1" = api ] && [ "$2" = --method ]; then cat comment.md > "$COMMENT"; fi
if [ "$1" = pr ]; then
  case "$3" in 1) echo OPEN ;; 2) echo CLOSED ;; 3) echo MERGED ;; *) exit 1 ;; esac
fi
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

  it('asks nothing of AWS without a role, and takes the region from the settings', () => {
    const output = join(folder, `output-${++count}`);
    writeFileSync(output, '');
    const script = scriptOf(workflow, 'The region');
    const name = workflow === 'deploy.yml' ? 'prod' : 'pr-*';
    expect(runStep(script, repository, { GITHUB_OUTPUT: output, STAGE: 'prod' })).toEqual({
      status: 0,
      calls: [`nanos stage region --stage ${name}`],
    });
    expect(readFileSync(output, 'utf8')).toBe('region=eu-west-1\n');
    const failing = { GITHUB_OUTPUT: output, STAGE: 'prod', FAILING: 'stage' };
    expect(runStep(script, repository, failing).status).toBe(1);
    const steps = textOf(workflow).split('\n      - ');
    const onAws = steps.filter((step) =>
      /configure-aws-credentials|npx nanos stage|npx nanos deploy/.test(step.replaceAll(/^ *#.*/gm, '')),
    );
    expect(onAws.length).toBeGreaterThan(2);
    for (const step of onAws) expect(step).toContain("if: env.AWS_ROLE_ARN != ''\n");
  });

  it('gives the deploying job time for rollouts, and credentials for as long as its environment says', () => {
    const deploy = jobOf(workflow, 'deploy');
    expect(deploy).toContain('timeout-minutes: 360\n');
    expect(deploy).toContain(`role-duration-seconds: \${{ vars.AWS_SESSION_SECONDS || 3600 }}\n`);
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
  /** @param files - of the deploying job; undefined when it left none */
  const tryComment = (
    files: Readonly<Record<string, string>> | undefined,
    { RESULT = 'success', OWN = '' } = {},
  ) => {
    const place = join(folder, `comment-${++count}`);
    mkdirSync(place);
    if (files) mkdirSync(join(place, 'preview'));
    for (const [name, text] of Object.entries(files ?? {})) writeFileSync(join(place, 'preview', name), text);
    const env = {
      COMMENT: join(place, 'comment'),
      GITHUB_REPOSITORY: 'o/r',
      NUMBER: '12',
      COMMIT: 'abc',
      RESULT,
      OWN,
    };
    writeFileSync(env.COMMENT, '');
    const { status, calls } = runStep(scriptOf('preview.yml', 'Address and plan'), place, env);
    expect(status).toBe(0);
    return { calls, text: readFileSync(env.COMMENT, 'utf8') };
  };
  const comment = (files: Readonly<Record<string, string>> | undefined, RESULT = 'success') =>
    tryComment(files, { RESULT }).text;

  it('comments address and plan, once for a pull request', () => {
    const text = comment({
      'deployed.txt': 'The API of pr-12 is at https://x',
      'plan.txt': '→ get-order: new',
    });
    expect(text).toMatch(
      /^<!-- nanos preview -->\n\*\*Preview\*\* of abc\n~{8}text\nThe API of pr-12 is at https:\/\/x\n~{8}\n/,
    );
    expect(text).toMatch(/<summary>Plan<\/summary>\n\n~{8}text\n→ get-order: new\n~{8}\n/);
  });

  it('makes one comment, then changes it, and touches none of others', () => {
    const made = tryComment({ 'deployed.txt': 'x' }).calls;
    expect(made).toEqual([
      `api --paginate repos/o/r/issues/12/comments --jq .[] | select(.body | startswith("<!-- nanos preview -->")) | select(.user.type == "Bot") | .id`,
      'api --method POST repos/o/r/issues/12/comments --field body=@comment.md --silent',
    ]);
    const changed = tryComment({ 'deployed.txt': 'x' }, { OWN: '7\\n8\\n' }).calls;
    expect(changed[1]).toBe(
      'api --method PATCH repos/o/r/issues/comments/7 --field body=@comment.md --silent',
    );
  });

  it('says so when there was a failure before anything was deployed, and nothing without a role', () => {
    expect(comment({ 'bootstrap.txt': '✗ database: missing' }, 'failure')).toMatch(
      /abc: failed\n[\s\S]*<summary>Bootstrap<\/summary>\n\n~{8}text\n✗ database: missing\n~{8}\n/,
    );
    expect(comment(undefined, 'failure')).toContain('abc: failed');
    expect(tryComment(undefined).calls).toEqual(['']);
  });

  it('removes the preview of a closed pull request, and at night also those whose end it did not hear of', () => {
    const script = scriptOf('preview.yml', 'Previews that nobody needs');
    const closed = runStep(script, repository, { GITHUB_EVENT_NAME: 'pull_request', NUMBER: '12' });
    expect(closed).toEqual({ status: 0, calls: ['nanos stage remove --stage pr-12 --yes'] });
    const deployed = ['dev', 'pr-1', 'pr-2', 'pr-3', 'pr-9', 'pr-x2'].map((name) => ({
      name,
      isInSettings: true,
    }));
    const atNight = {
      GITHUB_EVENT_NAME: 'schedule',
      GITHUB_REPOSITORY: 'o/r',
      DEPLOYED: JSON.stringify([...deployed, { name: 'pr-22', isInSettings: false }]),
    };
    const view = (number: number) => `pr view ${number} --repo o/r --json state --jq .state`;
    const calls = [
      ...['nanos stage remove --expired --yes', 'nanos stage list --json', view(1)],
      ...[view(2), 'nanos stage remove --stage pr-2 --yes'],
      ...[view(3), 'nanos stage remove --stage pr-3 --yes', view(9)],
    ];
    expect(runStep(script, repository, atNight)).toEqual({ status: 0, calls });
    for (const FAILING of ['nanos stage remove --expired --yes', 'nanos stage remove --stage pr-2 --yes']) {
      expect(runStep(script, repository, { ...atNight, FAILING })).toEqual({ status: 1, calls });
    }
    expect(runStep(script, repository, { ...atNight, FAILING: 'nanos stage list --json' }).status).toBe(1);
  });

  it('comments a failure, whatever there is of it', () => {
    const text = comment({ 'plan.txt': 'x' }, 'failure');
    expect(text).toContain('**Preview** of abc: failed\n~~~~~~~~text\nThere is none: see the log');
  });

  it('comments text as text, as far as it fits', () => {
    const text = comment({ 'deployed.txt': `a\n~~~~~~~~\n@everyone ${'x'.repeat(70_000)}`, 'plan.txt': '' });
    expect(text.match(/^~{8}/gm)).toHaveLength(6);
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
