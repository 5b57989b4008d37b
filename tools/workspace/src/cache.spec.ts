import {
  appendFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNx } from './testing/nx.ts';

// The real nx with the real plugin, on a copy of a part of this workspace.
const original = fileURLToPath(new URL('../../..', import.meta.url));
const endpoints = ['users/get-user', 'games/get-game', 'games/list-user-games'];
const units = ['app', 'games', 'users'];
let workspace: string;

beforeAll(() => {
  workspace = mkdtempSync(join(tmpdir(), 'nx-cache-'));
  const parts = [
    'nx.json',
    'package.json',
    'package-lock.json',
    'tsconfig.base.json',
    '.gitignore',
    '.biome.json',
  ];
  const folders = [
    'functions/tsconfig.json',
    'functions/package.json',
    'functions/users/package.json',
    'functions/games/package.json',
    'libs',
    'tools/tsconfig.json',
    'tools/workspace',
  ];
  for (const path of [...parts, ...folders, ...endpoints.map((endpoint) => `functions/${endpoint}`)]) {
    cpSync(join(original, path), join(workspace, path), {
      recursive: true,
      filter: (file) => !file.endsWith('/dist'),
    });
  }
  // The installed packages are those of this workspace; its own packages are the copies.
  mkdirSync(join(workspace, 'node_modules/@nanoservices'), { recursive: true });
  for (const entry of readdirSync(join(original, 'node_modules'))) {
    if (['@nanoservices', '.cache', '.package-lock.json'].includes(entry)) continue;
    symlinkSync(join(original, 'node_modules', entry), join(workspace, 'node_modules', entry));
  }
  for (const path of [
    'libs/validation',
    'libs/endpoint',
    'libs/data-access',
    'tools/workspace',
    ...endpoints.map((e) => `functions/${e}`),
  ]) {
    const { name } = JSON.parse(readFileSync(join(workspace, path, 'package.json'), 'utf8'));
    symlinkSync(join(workspace, path), join(workspace, 'node_modules', name));
  }
});

afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const nx = (...args: string[]) => runNx(workspace, ...args);

/** Which endpoints and units a build of all of them really built, and did not take from the cache. */
async function built(): Promise<string[]> {
  const output = await nx('run-many', '-t', 'build', '--outputStyle=static');
  const tasks = [...output.matchAll(/nx run @nanoservices\/([\w-]+):build(.*)/g)];
  expect(new Set(tasks.map(([, name]) => name)).size).toBe(endpoints.length + units.length);
  return tasks
    .filter(([, , note]) => !note?.includes('cache'))
    .map(([, name]) => name as string)
    .sort();
}

function touch(path: string): void {
  appendFileSync(join(workspace, path), `\nexport const touched = '${Math.random()}';\n`);
}

it('builds what a change can have changed, and nothing else', { timeout: 180_000 }, async () => {
  const all = ['app', 'games', 'get-game', 'get-user', 'list-user-games', 'users'];
  expect(await built()).toEqual(all);
  expect(await built(), 'a second run').toEqual([]);

  touch('functions/games/get-game/src/handler.ts');
  expect(await built(), 'a handler').toEqual(['app', 'games', 'get-game']);

  touch('functions/games/list-user-games/src/handler.ts');
  expect(await built(), 'the handler of an endpoint that another one calls').toEqual([
    'app',
    'games',
    'list-user-games',
  ]);

  touch('functions/games/list-user-games/src/contract.ts');
  expect(await built(), 'its contract').toEqual(['app', 'games', 'get-user', 'list-user-games', 'users']);

  touch('libs/data-access/src/users.ts');
  expect(await built(), 'a lib').toEqual(all);

  touch('functions/users/get-user/src/handler.spec.ts');
  touch('libs/validation/src/pages.spec.ts');
  writeFileSync(join(workspace, 'libs/validation/NOTES.md'), 'new');
  expect(await built(), 'tests and documentation').toEqual([]);

  touch('tools/workspace/src/bundle/unit-entry.ts');
  expect(await built(), 'what makes the entries of units').toEqual(units);

  touch('tools/workspace/src/esbuild-settings.ts');
  expect(await built(), 'the settings of the bundler').toEqual(all);
});

it('checks the dependents of a lib, and not its dependencies', { timeout: 120_000 }, async () => {
  const checked = async () => {
    const output = await nx(
      'run-many',
      '-t',
      'typecheck',
      '-p',
      'validation,endpoint,data-access',
      '--outputStyle=static',
    );
    const tasks = [...output.matchAll(/nx run @nanoservices\/([\w-]+):typecheck(.*)/g)];
    return tasks
      .filter(([, , note]) => !note?.includes('cache'))
      .map(([, name]) => name as string)
      .sort();
  };
  expect(await checked()).toEqual(['data-access', 'endpoint', 'validation']);
  touch('libs/endpoint/src/reply.ts');
  expect(await checked()).toEqual(['data-access', 'endpoint']);
  touch('libs/validation/src/text.ts');
  expect(await checked()).toEqual(['data-access', 'endpoint', 'validation']);
});

it('refuses an endpoint whose package is named otherwise, saying which and how', {
  timeout: 60_000,
}, async () => {
  const file = join(workspace, 'functions/games/get-game/package.json');
  const manifest = readFileSync(file, 'utf8');
  writeFileSync(file, manifest.replace('@nanoservices/get-game', '@nanoservices/read-game'));
  const error = await nx('show', 'projects').catch((caught) => caught);
  expect(`${error.stdout}${error.stderr}`).toContain(
    'functions/games/get-game/package.json: "name" is "@nanoservices/read-game". It must be "@nanoservices/get-game"',
  );
  writeFileSync(file, manifest);
});
