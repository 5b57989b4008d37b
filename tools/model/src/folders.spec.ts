import { describe, expect, it } from 'vitest';
import { type FolderOptions, foldersOf, readFolders, settingsPath } from './folders.ts';
import { readLayout } from './layout.ts';
import { contractSource, TemporaryWorkspace } from './testing/index.ts';
import { readWorkspace } from './workspace.ts';
import { declaredGlobs, isWorkspacePackage, workspaceGlobs } from './workspace-globs.ts';

const plugin = './framework/bin/node_modules/plugin.cjs';
const services = { functionsFolder: 'services/api', libsFolder: 'packages', toolsFolder: 'scripts' };

describe('the folders of a workspace', () => {
  it.each([
    ['no nx.json', undefined],
    ['an nx.json without the plugin', { plugins: ['@nx/vite', { plugin: '@nx/eslint', options: services }] }],
    ['the plugin by name', { plugins: [plugin] }],
    ['the plugin without options', { plugins: [{ plugin }] }],
  ])('have the default names with %s', (_, nxJson) => {
    using workspace = new TemporaryWorkspace(nxJson && { 'nx.json': nxJson });
    expect(readFolders(workspace.root)).toEqual({ functions: 'functions', libs: 'libs', tools: 'tools' });
  });

  it('have the names of the options, as soon as nx.json has them', () => {
    using workspace = new TemporaryWorkspace({ 'nx.json': { plugins: [plugin] } });
    expect(readFolders(workspace.root).functions).toBe('functions');
    workspace.write('nx.json', { plugins: ['@nx/vite', { plugin, options: services }] });
    expect(readFolders(workspace.root)).toEqual({
      functions: 'services/api',
      libs: 'packages',
      tools: 'scripts',
    });
    expect(settingsPath(workspace.root, 'api.json')).toBe('services/api/api.json');
  });

  it('are read from an nx.json with comments and trailing commas', () => {
    const text = `{
      // "functionsFolder": "no",
      "plugins": [{ "plugin": "${plugin}", "options": { "functionsFolder": "a//b".length, } }, /* last */],
    }`.replace('"a//b".length', '"services/api"');
    using workspace = new TemporaryWorkspace({ 'nx.json': text });
    expect(readFolders(workspace.root).functions).toBe('services/api');
  });

  it.each([
    '',
    '/srv',
    './api',
    '../api',
    'api/',
    'a//b',
    'a/../b',
    'a\\b',
    'a*',
    'node_modules/api',
    '.',
    7,
  ])('are clean relative paths: %j is refused, with file and option', (folder) => {
    expect(() => foldersOf({ functionsFolder: folder } as FolderOptions)).toThrow(
      /^nx\.json: the option "functionsFolder" of this framework's plugin is .*as "services\/api"/,
    );
  });

  it('are separate', () => {
    const nested = { functionsFolder: 'services', libsFolder: 'services/libs' };
    expect(() => foldersOf(nested)).toThrow(
      'nx.json: the option "libsFolder" is "services/libs", which is in',
    );
    expect(() => foldersOf({ functionsFolder: 'libs' })).toThrow('Name two separate folders.');
    expect(foldersOf({ functionsFolder: 'libs/api' }).functions).toBe('libs/api');
  });
});

describe('a workspace with other folders', () => {
  const endpoint = (name: string) => ({ contract: contractSource(name, `GET /${name}`) });

  it('is read like any other', async () => {
    using workspace = new TemporaryWorkspace({
      'package.json': { name: 'shop' },
      'nx.json': { plugins: [{ plugin, options: services }] },
      'services/api/package.json': { name: '@shop/app', unit: {} },
      'services/api/orders/package.json': { name: '@shop/orders', unit: { include: ['orders/*'] } },
      'services/api/topology.json': { active: 'mono', topologies: { mono: ['app'] } },
      'services/api/stages.json': { application: 'shop', stages: { dev: { region: 'eu-central-1' } } },
      'packages/rules/package.json': { name: '@shop/rules', schemas: {} },
      'functions/src/index.ts': 'another project',
    });
    workspace.linkPackages('@nanoservices/endpoint', 'zod', 'aws4fetch');
    workspace.endpoint('services/api/orders/list-orders', endpoint('list-orders'));
    const { endpoints, units, schemas, pack, stage } = await readWorkspace(workspace.root);
    expect(endpoints.map(({ root }) => root)).toEqual(['services/api/orders/list-orders']);
    expect(units.map(({ name, root }) => [name, root])).toEqual([
      ['app', 'services/api'],
      ['orders', 'services/api/orders'],
    ]);
    expect(schemas?.root).toBe('packages/rules');
    expect(pack().functions.map(({ name }) => name)).toEqual(['app']);
    expect(() => stage('prod')).toThrow('services/api/stages.json: there is no stage "prod"');
  });

  it.each([
    ['services/api/orders/a/b/src/handler.ts', 'services/api/orders/b.'],
    ['services/api/orders/src/handler.ts', 'services/api/<resource>/orders.'],
  ])('names them in mistakes: %s', (file, target) => {
    using workspace = new TemporaryWorkspace({
      'nx.json': { plugins: [{ plugin, options: services }] },
      [file]: '',
    });
    expect(() => readLayout(workspace.root)).toThrow(target);
  });
});

describe('the packages of a workspace', () => {
  const globsOf = (files: Record<string, string | object>) => {
    using workspace = new TemporaryWorkspace(files);
    return workspaceGlobs(workspace.root);
  };

  it.each([
    ['npm', { 'package.json': { workspaces: ['./apps/*/', 'libs/*'] } }, ['apps/*', 'libs/*']],
    ['Yarn', { 'package.json': { workspaces: { packages: ['apps/*'], nohoist: ['x'] } } }, ['apps/*']],
    [
      'pnpm',
      { 'package.json': {}, 'pnpm-workspace.yaml': '# all\npackages:\n  - "apps/*"\n  - "!apps/old"\n' },
      ['apps/*', '!apps/old'],
    ],
    ['pnpm without a list', { 'package.json': {}, 'pnpm-workspace.yaml': 'nodeLinker: hoisted\n' }, null],
    ['nothing', { 'package.json': {} }, null],
  ])('are declared by %s', (_, files, expected) => {
    expect(globsOf(files)).toEqual(expected ?? ['functions/*/*', 'libs/*', 'tools/*']);
    using workspace = new TemporaryWorkspace(files);
    expect(declaredGlobs(workspace.root)).toEqual(expected ?? undefined);
  });

  it('are not those that a glob excludes', () => {
    const isPackage = isWorkspacePackage(['apps/*', 'libs/**', '!libs/old/**']);
    expect(['apps/web', 'libs/a/b', 'libs/old/a', 'apps', 'apps/web/src'].filter(isPackage)).toEqual([
      'apps/web',
      'libs/a/b',
    ]);
  });

  it('cannot be read from YAML that is none', () => {
    expect(() => globsOf({ 'package.json': {}, 'pnpm-workspace.yaml': 'packages: [' })).toThrow(
      'pnpm-workspace.yaml is not YAML',
    );
  });
});
