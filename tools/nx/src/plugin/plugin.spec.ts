import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SmallWorkspace } from '../testing/small-workspace.ts';
import { createNodes } from './plugin.ts';
import type { PluginOptions } from './target-names.ts';

let workspace: SmallWorkspace;
beforeEach(() => {
  workspace = new SmallWorkspace();
});
afterEach(() => workspace[Symbol.dispose]());

/** The inferred projects by their folders. */
async function infer(options: PluginOptions = {}) {
  const [glob, create] = createNodes;
  const files = globSync(glob, { cwd: workspace.root }).sort();
  const context = { workspaceRoot: workspace.root, nxJsonConfiguration: {} };
  const results = await create(files, options, context);
  const projects = results.flatMap(([, { projects = {} }]) => Object.entries(projects));
  // The folder of this package differs from one workspace to the next.
  const text = JSON.stringify(Object.fromEntries(projects)).replaceAll(
    /(?:\.\.\/)+(?:[^"' ]*\/)?tools\/nx\//g,
    '<@nanoservices/nx>/',
  );
  return JSON.parse(text);
}

describe('the plugin', () => {
  it('makes a project of the workspace, and of every endpoint, unit and lib', async () => {
    expect(Object.keys(await infer()).sort()).toEqual([
      '.',
      'functions',
      'functions/customers/get-customer',
      'functions/orders',
      'functions/orders/get-order',
      'functions/orders/list-orders',
      'libs/data-access',
      'libs/validation',
    ]);
  });

  it.each([
    ['an endpoint', 'functions/customers/get-customer'],
    ['a unit', 'functions/orders'],
    ['the lib with the database', 'libs/data-access'],
    ['another lib', 'libs/validation'],
    ['the workspace', '.'],
  ])('infers the targets of %s', async (_, root) => {
    expect((await infer())[root]).toMatchSnapshot();
  });

  it('tags what is a function in the active topology', async () => {
    const functions = async () =>
      Object.entries<{ tags: string[] }>(await infer())
        .filter(([, { tags }]) => tags.includes('function'))
        .map(([root]) => root);
    expect(await functions()).toEqual([
      'functions/customers/get-customer',
      'functions/orders/get-order',
      'functions/orders/list-orders',
    ]);
    workspace.write('functions/topology.json', { active: 'micro', topologies: { micro: ['orders'] } });
    expect(await functions()).toEqual(['functions/customers/get-customer', 'functions/orders']);
  });

  it('can deploy what is a function in the active topology, and everything when there is none', async () => {
    const deployed = async () =>
      Object.entries<{ targets: object }>(await infer())
        .filter(([root, { targets }]) => root.startsWith('functions') && 'deploy' in targets)
        .map(([root]) => root);
    expect(await deployed()).toEqual([
      'functions/customers/get-customer',
      'functions/orders/get-order',
      'functions/orders/list-orders',
    ]);
    workspace.write('functions/topology.json', { active: 'micro', topologies: { micro: ['orders'] } });
    expect(await deployed()).toEqual(['functions/customers/get-customer', 'functions/orders']);
    workspace.write('functions/topology.json', { active: 'micro', topologies: { micro: ['nowhere'] } });
    expect(await deployed()).toHaveLength(5);
  });

  it('takes other names for targets, also where they depend on each other', async () => {
    const projects = await infer({ buildTargetName: 'bundle', deployTargetName: 'ship' });
    const { targets } = projects['functions/customers/get-customer'];
    expect(targets.build).toBeUndefined();
    expect(targets.bundle.dependsOn).toEqual(['^bundle']);
    expect(targets.package.dependsOn).toEqual(['bundle']);
    expect(JSON.stringify(targets.ship.dependsOn)).not.toContain('deploy');
    expect(projects['.'].targets.ship).toBeDefined();
  });

  it('refuses an unknown option, with the choices', async () => {
    const options = { buildTarget: 'bundle' } as PluginOptions;
    await expect(infer(options)).rejects.toThrow(/no option "buildTarget"\. It has: buildTargetName/);
  });

  it('refuses an endpoint whose package is named otherwise, saying which and how', async () => {
    workspace.write('functions/orders/get-order/package.json', { name: '@shop/read-order' });
    await expect(infer()).rejects.toThrow(
      'functions/orders/get-order/package.json: "name" is "@shop/read-order". It must be "@shop/get-order", after the folder.',
    );
  });
});

describe('in a workspace with other projects, the plugin', () => {
  const manifest = (name: string, more: object = {}) => ({ name, ...more });

  it.each([
    ['a project.json', { 'project.json': {} }],
    ['the key "nx" in its package.json', { 'package.json': manifest('@acme/ui', { nx: {} }) }],
    ['a test runner of its own', { 'vitest.config.mts': '' }],
    ['Vite', { 'vite.config.ts': '' }],
    ['Jest', { 'jest.config.js': '' }],
    ['ESLint', { 'eslint.config.mjs': '' }],
    ['its own compiler settings', { 'tsconfig.lib.json': {} }],
    ['a package.json that is no package of the workspace', { 'package.json': manifest('ui') }, ['apps/*']],
  ])(
    'leaves a lib alone that has %s',
    async (_, files, workspaces = ['functions/*/*', 'libs/*', 'tools/*']) => {
      workspace.write('package.json', manifest('acme', { workspaces }));
      for (const folder of ['libs/ui', 'tools/ui']) {
        workspace.write(`${folder}/package.json`, manifest('@acme/shared-ui'));
        for (const [file, content] of Object.entries(files)) workspace.write(`${folder}/${file}`, content);
      }
      const projects = await infer();
      expect(projects['libs/ui']).toBeUndefined();
      expect(projects['tools/ui']).toBeUndefined();
    },
  );

  it('takes a lib with any name, and keeps the scripts of its package.json', async () => {
    const scripts = { typecheck: 'tsc', build: 'rollup' };
    workspace.write('libs/ui/package.json', manifest('@acme/shared-ui', { scripts }));
    workspace.write('libs/ui/src/button.spec.ts', '');
    expect(Object.keys((await infer())['libs/ui'].targets)).toEqual(['lint', 'test']);
  });

  it('gives a lib that Nx configures what only it can give: migrations on a stage', async () => {
    workspace.write('libs/data-access/project.json', { name: 'data' });
    const { tags, targets } = (await infer())['libs/data-access'];
    expect(tags).toEqual(['database']);
    expect(Object.keys(targets)).toEqual(['deploy']);
  });

  it('deploys in one batch: no task of it can begin before the packages are there', async () => {
    // biome-ignore lint/suspicious/noExplicitAny: targets are looked at from outside
    const projects = Object.values<any>(await infer());
    const deploys = projects.flatMap(({ targets }) => (targets.deploy ? [targets.deploy] : []));
    expect(deploys.length).toBeGreaterThan(3);
    for (const { executor, dependsOn } of deploys) {
      expect(executor).toBe('@nanoservices/nx:deploy');
      expect(JSON.stringify(dependsOn)).toMatch(/"package"|"tag:function"/);
    }
    const { targets } = (await infer())['functions/customers/get-customer'];
    expect(targets.deploy.options.names).toEqual(['platform', 'database', 'get-customer']);
  });

  it('names the root project only where nothing else does', async () => {
    expect((await infer())['.'].name).toBe('workspace');
    workspace.write('project.json', { name: 'acme' });
    expect((await infer())['.'].name).toBeUndefined();
    workspace.remove('project.json');
    workspace.write('package.json', manifest('acme', { nx: {} }));
    expect((await infer())['.'].name).toBeUndefined();
  });

  it("keeps the root's scripts", async () => {
    workspace.write('package.json', manifest('acme', { scripts: { dev: 'vite', deploy: 'sh deploy.sh' } }));
    const { targets } = (await infer())['.'];
    expect(Object.keys(targets)).not.toContain('dev');
    expect(Object.keys(targets)).not.toContain('deploy');
    expect(Object.keys(targets)).toContain('topology');
  });

  it('makes projects in the folders of its options, and in no others', async () => {
    const options = { functionsFolder: 'services/api', libsFolder: 'packages', toolsFolder: 'scripts' };
    workspace.write('nx.json', { plugins: [{ plugin: '@nanoservices/nx', options }] });
    workspace.write('package.json', manifest('acme', { workspaces: ['services/api/*/*', 'packages/*'] }));
    workspace.write('services/api/package.json', manifest('@acme/app', { unit: {} }));
    workspace.write('packages/rules/package.json', manifest('@acme/rules'));
    workspace.endpoint('services/api/orders/add-order');
    workspace.write('apps/web/src/handler.ts', '');
    workspace.write('apps/web/package.json', manifest('web'));
    const projects = await infer(options);
    expect(Object.keys(projects).sort()).toEqual([
      '.',
      'packages/rules',
      'services/api',
      'services/api/orders/add-order',
    ]);
    expect(projects['services/api'].namedInputs.own).toContain('{workspaceRoot}/services/api/*/*/**/*');
    const inputs = JSON.stringify(projects);
    expect(inputs).toContain('{workspaceRoot}/services/api/{topology,stages,api}.json');
    expect(inputs).toContain('{workspaceRoot}/packages/*/src/**/*');
    expect(inputs).not.toMatch(/\{workspaceRoot\}\/(?:functions|libs|tools)\//);
  });

  it('counts the lock file where Nx does not know a package, as under pnpm', async () => {
    const inputsOf = async () => (await infer())['functions/orders/get-order'].targets.build.inputs;
    expect(await inputsOf()).toContainEqual({ externalDependencies: ['@nanoservices/model'] });
    workspace.remove('node_modules/@nanoservices');
    expect(JSON.stringify(await inputsOf())).not.toContain('@nanoservices/model');
    expect(await inputsOf()).toContain(
      '{workspaceRoot}/{bun.lock,bun.lockb,yarn.lock,pnpm-lock.yaml,package-lock.json}',
    );
  });
});

describe('the inputs in nx.json count the code that', () => {
  const repository = fileURLToPath(new URL('../../../..', import.meta.url));
  const { namedInputs } = JSON.parse(readFileSync(join(repository, 'nx.json'), 'utf8'));
  const globsOf = (input: string): string[] =>
    namedInputs[input].flatMap((one: unknown) =>
      typeof one !== 'string' ? [] : one in namedInputs ? globsOf(one) : one.replace('{workspaceRoot}/', ''),
    );

  /** The file of the tools that an import leads to, if any. */
  function resolve(importer: string, specifier: string): string[] {
    if (specifier.startsWith('.')) {
      const file = join(dirname(importer), specifier);
      // Templates and comments have imports, too.
      return file.endsWith('.ts') && existsSync(join(repository, file)) ? [file] : [];
    }
    const [, tool, path = ''] = /^@nanoservices\/(build|database|deploy|model)(\/.*)?$/.exec(specifier) ?? [];
    if (!tool) return [];
    const { exports } = JSON.parse(readFileSync(join(repository, 'tools', tool, 'package.json'), 'utf8'));
    return [join('tools', tool, exports[`.${path}`])];
  }

  it.each([
    ['bundles', 'build', 'tools/nx/src/executors/bundle/*.ts'],
    ['checks sizes', 'size', 'tools/nx/src/executors/size/*.ts'],
    ['checks sizes of units', 'size-unit', 'tools/nx/src/executors/size/*.ts'],
    ['packages', 'package', 'tools/nx/src/executors/package/*.ts'],
    ['runs specs', 'test', 'tools/nx/src/vitest/config.ts'],
  ])('%s', (_, input, entries) => {
    const globs = globsOf(input);
    const files = new Set(globSync(entries, { cwd: repository }));
    for (const file of files) {
      const code = readFileSync(join(repository, file), 'utf8').replace(/^(?:im|ex)port type [^;]*;/gm, '');
      for (const [, specifier] of code.matchAll(/(?:from|import) ?\(?'([^']+)'/g)) {
        for (const found of resolve(file, specifier as string)) files.add(found);
      }
    }
    expect([...files].filter((file) => !globs.some((glob) => matchesGlob(file, glob)))).toEqual([]);
  });
});
