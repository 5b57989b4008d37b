import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { repositoryRoot } from '../../testbed/repository.ts';
import { CreatedWorkspace } from '../own-workspace/created-workspace.ts';
import type { Person } from '../own-workspace/person.ts';
import { type PublishedPackages, publishPackages } from '../own-workspace/published-packages.ts';

// The commands of the guide, in workspaces of Nx that hold applications already.
const guide = readFileSync(join(repositoryRoot, 'tools/nx/docs/existing-workspace.md'), 'utf8');
const [first = '', folders = ''] = [...guide.matchAll(/```sh\n([^`]*)```/g)].map(
  ([, block]) => block as string,
);
const [add = '', generate = '', check = '', invoke = '', start] = first.trim().split('\n');

/** A package manager, and the programs that run what it has installed. */
const managers = [
  { manager: 'npm', exec: 'npx', lockFile: 'package-lock.json', options: undefined },
  { manager: 'pnpm', exec: 'pnpm exec', lockFile: 'pnpm-lock.yaml', options: undefined },
  { manager: 'yarn', exec: 'yarn --silent', lockFile: 'yarn.lock', options: folders.trim() },
] as const;

let published: PublishedPackages;
let person: Person;
let above: string;
let environment: Record<string, string>;

beforeAll(async () => {
  published = await publishPackages('existing-workspace');
  const { registry, root } = published;
  person = published.person;
  above = person.folder(join(root, 'work'));
  const programs = person.folder(join(root, 'programs'));
  const computer: Readonly<Record<string, string>> = { ...person.withNode(24), YARN_REGISTRY: registry.url };
  const versions = ['npm@11', 'pnpm@10', 'yarn@1', 'create-nx-workspace@23.2.1'];
  await new CreatedWorkspace(programs, computer).run('npm', 'install', '--prefix', programs, ...versions);
  environment = { ...computer, PATH: `${join(programs, 'node_modules/.bin')}:${computer.PATH}` };
});
afterAll(() => published[Symbol.asyncDispose]());

/** A workspace with one package that has a script, before its first installation. @returns its folder, absolute */
function smallWorkspace(manager: 'pnpm' | 'yarn'): string {
  const root = person.folder(join(above, `acme-${manager}`));
  const write = (file: string, content: object | string) =>
    person.write(join(root, file), typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  const own = manager === 'yarn' && { workspaces: ['apps/*'] };
  write('package.json', { name: 'acme', private: true, ...own, devDependencies: { nx: '23.2.1' } });
  write('nx.json', {});
  write('.gitignore', 'node_modules\n.nx\n');
  if (manager === 'pnpm') write('pnpm-workspace.yaml', 'packages:\n  - apps/*\n');
  person.folder(join(root, 'apps'));
  person.folder(join(root, 'apps/words'));
  write('apps/words/package.json', {
    name: '@acme/words',
    private: true,
    scripts: { test: 'node --version' },
  });
  return root;
}

describe.each(managers)('in a workspace of $manager', ({ manager, exec, lockFile, options }) => {
  const functions = options ? 'services/api' : 'functions';
  let workspace: CreatedWorkspace;
  const shell = (command: string) => workspace.run('sh', '-c', command);
  const run = (command: string) => shell(command.replace(/^npx/, exec));
  const changed = async () =>
    (await workspace.run('git', 'status', '--porcelain', '--untracked-files=all'))
      .split('\n')
      .flatMap((line) => line.slice(3) || [])
      .sort();
  const commit = () => shell('git add --all && git commit --quiet --message "chore: a step"');
  const shown = async () => {
    const text = await run('npx nx show projects --json');
    const names: string[] = JSON.parse(text.slice(text.indexOf('[')));
    return Promise.all(names.map(async (name) => [name, await run(`npx nx show project ${name} --json`)]));
  };
  let before: string[][];

  beforeAll(async () => {
    if (manager === 'npm') {
      const create = new CreatedWorkspace(above, environment);
      const settings = ['--preset=ts', '--pm=npm', '--nxCloud=skip', '--no-interactive'];
      await create.run('create-nx-workspace', `acme-${manager}`, ...settings);
      workspace = new CreatedWorkspace(join(above, `acme-${manager}`), environment);
      await run('npx nx add @nx/react');
      await run('npx nx add @nx/node');
      await run(
        'npx nx g @nx/react:app apps/react-app --bundler=vite --unitTestRunner=none --e2eTestRunner=none --linter=none --style=css --no-interactive',
      );
      await run(
        'npx nx g @nx/node:app apps/node-app --framework=none --unitTestRunner=none --e2eTestRunner=none --linter=none --no-interactive',
      );
    } else {
      workspace = new CreatedWorkspace(smallWorkspace(manager), environment);
      await shell(`${manager} install`);
      await shell('git init --quiet');
    }
    await commit();
    before = await shown();
  });

  it('nx add changes what the guide says, and nothing the second time', async () => {
    await run(add);
    expect(await changed()).toEqual(['functions/topology.json', 'nx.json', 'package.json', lockFile].sort());
    if (options) {
      await run(options);
      expect(await changed()).toEqual(
        ['nx.json', 'package.json', `${functions}/topology.json`, lockFile].sort(),
      );
    }
    await commit();
    await run(add);
    expect(await changed()).toEqual([]);
  });

  it('leaves the other projects as they were', async () => {
    const after = new Map((await shown()) as [string, string][]);
    expect([...after.keys()].sort()).toEqual([...before.map(([name]) => name), 'workspace'].sort());
    for (const [name, text] of before as [string, string][]) expect(after.get(name)).toBe(text);
  });

  it('takes an endpoint, which is checked, built and invoked', async () => {
    await run(generate);
    expect((await changed()).filter((file) => file.startsWith(`${functions}/`))).toHaveLength(4);
    await run(check);
    expect(await run(invoke)).toContain('get-greeting: Ada');
    expect(await run(check)).toMatch(/cache/);
  });

  it('answers', async () => {
    expect(start).toBe('npx nanos start');
    const [program = '', ...first] = [...exec.split(' '), 'nanos', 'start'];
    const use = async (url: string) => (await fetch(`${url}/greetings/Ada`)).json();
    expect(await workspace.started([], use, [program, ...first])).toEqual({ message: 'get-greeting: Ada' });
  });
});
