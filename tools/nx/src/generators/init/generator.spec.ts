import type { FolderOptions } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { parseJson } from '@nx/devkit';
import { FsTree, flushChanges } from 'nx/src/generators/tree.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import initGenerator from './generator.ts';

const nxJson = `{
  // Kept by everybody who edits this file.
  "$schema": "./node_modules/nx/schemas/nx-schema.json",
  "namedInputs": { "default": ["{projectRoot}/**/*", "sharedGlobals"], "sharedGlobals": [] },
  "plugins": [
    { "plugin": "@nx/vite/plugin", "options": { "buildTargetName": "build" } }
  ]
}
`;
let workspace: TemporaryWorkspace;
beforeEach(() => {
  workspace = new TemporaryWorkspace({ 'package.json': { name: 'acme' }, 'nx.json': nxJson });
});
afterEach(() => workspace[Symbol.dispose]());

/** Runs the generator. @returns what it has changed, by path: the text, or null for a removed file */
async function init(options: FolderOptions = {}): Promise<Record<string, string | null>> {
  const tree = new FsTree(workspace.root, false);
  await initGenerator(tree, options);
  const changes = tree.listChanges();
  flushChanges(workspace.root, changes);
  return Object.fromEntries(changes.map(({ path, content }) => [path, content?.toString() ?? null]));
}

describe('nx g init', () => {
  it('adds the plugin and topology.json, and nothing else', async () => {
    const changes = await init();
    expect(Object.keys(changes).sort()).toEqual(['functions/topology.json', 'nx.json']);
    const lines = (changes['nx.json'] as string).split('\n');
    expect(lines.slice(0, 5)).toEqual(nxJson.split('\n').slice(0, 5));
    expect(parseJson(changes['nx.json'] as string)).toEqual({
      ...parseJson(nxJson),
      plugins: [...parseJson(nxJson).plugins, '@nanoservices/nx'],
    });
    expect(JSON.parse(changes['functions/topology.json'] as string)).toEqual({
      active: 'nano',
      topologies: { nano: [] },
    });
  });

  it('changes nothing the second time', async () => {
    await init();
    expect(await init()).toEqual({});
    await init({ functionsFolder: 'services/api' });
    expect(await init()).toEqual({});
    expect(await init({ functionsFolder: 'services/api' })).toEqual({});
  });

  it.each([
    ['as text', '"@nanoservices/nx"'],
    ['with options', '{ "plugin": "@nanoservices/nx", "options": { "buildTargetName": "bundle" } }'],
  ])('leaves a plugin that is there, %s', async (_, entry) => {
    workspace.write('nx.json', `{ "plugins": [${entry}] }`);
    expect(Object.keys(await init())).toEqual(['functions/topology.json']);
  });

  it('leaves a topology.json that is there', async () => {
    const topology = { active: 'mono', topologies: { mono: [] } };
    workspace.write('functions/topology.json', topology);
    expect(Object.keys(await init())).toEqual(['nx.json']);
  });

  it('creates the list of plugins, and nx.json', async () => {
    workspace.write('nx.json', '{}\n');
    expect(JSON.parse((await init())['nx.json'] as string)).toEqual({ plugins: ['@nanoservices/nx'] });
    workspace.remove('nx.json');
    expect(JSON.parse((await init())['nx.json'] as string)).toEqual({ plugins: ['@nanoservices/nx'] });
  });

  it('names a schema that is installed', async () => {
    workspace.linkPackages('@nanoservices/model');
    const { 'services/api/topology.json': text } = await init({ functionsFolder: 'services/api' });
    expect(JSON.parse(text as string).$schema).toBe(
      '../../node_modules/@nanoservices/model/schemas/topology.schema.json',
    );
  });

  it('writes the folders', async () => {
    const changes = await init({ functionsFolder: 'services/api', libsFolder: 'packages' });
    expect(changes['nx.json']).toContain('// Kept by everybody');
    expect(changes['nx.json']?.replace(/\s+/g, ' ')).toContain(
      '{ "plugin": "@nanoservices/nx", "options": { "functionsFolder": "services/api", "libsFolder": "packages" } }',
    );
    expect(Object.keys(changes).sort()).toEqual(['nx.json', 'services/api/topology.json']);
  });

  it('takes topology.json along to another folder, before there is an endpoint', async () => {
    await init();
    const changes = await init({ functionsFolder: 'services/api' });
    expect(changes['functions/topology.json']).toBeNull();
    expect(changes['services/api/topology.json']).toContain('"nano"');
  });

  it('does not leave endpoints behind', async () => {
    await init();
    workspace.endpoint('functions/orders/get-order');
    await expect(init({ functionsFolder: 'services/api' })).rejects.toThrow(
      '--functionsFolder: the endpoints are in functions. Move them first (git mv functions services/api)',
    );
  });

  it.each(['functions/src/index.ts', 'functions/index.js', 'functions/lambda/resize.ts'])(
    'refuses a folder that something else uses: %s',
    async (file) => {
      workspace.write(file, 'export {};');
      await expect(init()).rejects.toThrow(
        /^functions is the folder of the endpoints, and has something else: .*--functionsFolder services\/api$/,
      );
      expect(Object.keys(await init({ functionsFolder: 'services/api' })).sort()).toEqual([
        'nx.json',
        'services/api/topology.json',
      ]);
    },
  );

  it('refuses an unclean folder', async () => {
    await expect(init({ functionsFolder: '../api' })).rejects.toThrow(
      'nx.json: the option "functionsFolder"',
    );
  });

  it("refuses Yarn's Plug'n'Play, with the way out", async () => {
    workspace.write('.pnp.cjs', '');
    await expect(init()).rejects.toThrow('"nodeLinker: node-modules"');
  });
});
