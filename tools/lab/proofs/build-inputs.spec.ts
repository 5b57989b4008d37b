import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runNx, tasksIn } from '../testbed/nx.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The real Nx: a change of anything that a bundle is made of builds it again, and anything else is in no bundle.
const root = 'functions/orders/get-order';
const own = ['app', 'get-order', 'orders'];
const all = [
  ...['app', 'create-order', 'customers', 'delete-order', 'get-customer', 'get-order'],
  ...['list-customer-orders', 'list-orders', 'orders', 'update-order'],
];
let workspace: WorkspaceFixture;

const handler = (imports: string) => `
import { endpoint } from '@nanoservices/endpoint';
import { getOrder } from './contract.ts';
${imports}
export const handler = endpoint(getOrder, async () => values as never);`;

const inputs = handler(`
import code from './code.ts';
import limits from './limits.json';
import linked from './linked.json';
import mail from './mail.md' with { type: 'text' };
import outer from '../outer.md' with { type: 'text' };
import bytes from './logo.bin' with { type: 'bytes' };
import { word } from '@shop/words';
const language = await import('./texts/' + process.env.LANG + '.json');
const values = [code, limits, linked, mail, outer, bytes, word, language];`);

beforeAll(async () => {
  workspace = new WorkspaceFixture({ withNx: true });
  const files = {
    'src/code.ts': `export default 'value1';`,
    'src/limits.json': '"value1"',
    'src/target.json': '"value1"',
    'src/mail.md': 'value1',
    'outer.md': 'value1',
    'src/logo.bin': 'value1',
    'src/texts/de.json': '"value1"',
  };
  for (const [file, text] of Object.entries(files)) workspace.write(`${root}/${file}`, text);
  symlinkSync('target.json', join(workspace.root, root, 'src/linked.json'));
  const lib = (name: string, source: string, dependencies = {}) => {
    const manifest = {
      name: `@shop/${name}`,
      type: 'module',
      exports: { '.': './src/index.ts' },
      dependencies,
    };
    workspace.write(`libs/${name}/package.json`, JSON.stringify(manifest, null, 2));
    workspace.write(`libs/${name}/src/index.ts`, source);
  };
  lib('words', `export { word } from '@shop/letters';`, { '@shop/letters': '*' });
  lib('letters', `import letter from '../letter.json';\nexport const word = letter;`);
  workspace.write('libs/letters/letter.json', '"value1"');
  workspace.linkPackages();
  declare('@shop/words');
  workspace.write(`${root}/src/handler.ts`, inputs);
  workspace.commit('everything');
  await built();
});
afterAll(() => workspace.delete());

function declare(name: string): void {
  workspace.edit(`${root}/package.json`, (text) =>
    text.replace('"dependencies": {', `"dependencies": {\n    "${name}": "*",`),
  );
}

/** @returns the projects that Nx builds, and does not take from its cache */
async function built(): Promise<string[]> {
  const tasks = tasksIn(
    await runNx(workspace.root, 'run-many', '-t', 'build', '--outputStyle=static'),
    'build',
  );
  expect(new Set(tasks.map(({ project }) => project))).toEqual(new Set(all));
  return [...new Set(tasks.filter(({ fromCache }) => !fromCache).map(({ project }) => project))].sort();
}

const bundleOf = (folder: string) => workspace.read(`${folder}/dist/handler.mjs`);

it('builds nothing when nothing has changed', async () => {
  expect(await built()).toEqual([]);
});

describe('builds what a change is in, with the new value:', () => {
  it.each([
    ['a module', `${root}/src/code.ts`],
    ['JSON', `${root}/src/limits.json`],
    ['the target of a link', `${root}/src/target.json`],
    ['Markdown as text', `${root}/src/mail.md`],
    ['text outside of src', `${root}/outer.md`],
    ['one of the files of a dynamic import', `${root}/src/texts/de.json`],
    ["a file of a lib's lib", 'libs/letters/letter.json'],
  ])('%s', async (_, file) => {
    const occurrences = (text: string) => text.split('value2').length;
    const before = occurrences(bundleOf(root));
    workspace.edit(file, (text) => text.replace('value1', 'value2'));
    expect(await built()).toEqual(own);
    for (const folder of [root, 'functions/orders', 'functions']) {
      expect(occurrences(bundleOf(folder)), folder).toBe(before + 1);
    }
  });

  it('bytes', async () => {
    const before = bundleOf(root);
    workspace.edit(`${root}/src/logo.bin`, () => 'value2');
    expect(await built()).toEqual(own);
    expect(bundleOf(root)).not.toBe(before);
  });

  it('a new file of a dynamic import', async () => {
    workspace.write(`${root}/src/texts/fr.json`, '"value3"');
    expect(await built()).toEqual(own);
    expect(bundleOf('functions')).toContain('value3');
  });

  it.each<[string, string, [string, string], readonly string[]]>([
    ["its package.json's fields", `${root}/package.json`, ['"private": true', '"sideEffects": false'], own],
    [
      "a lib's package.json",
      'libs/letters/package.json',
      ['"dependencies"', '"sideEffects": false, "dependencies"'],
      own,
    ],
    [
      'functions/tsconfig.json',
      'functions/tsconfig.json',
      ['{', '{ "compilerOptions": { "jsx": "react-jsx" },'],
      all,
    ],
    [
      'tsconfig.base.json',
      'tsconfig.base.json',
      ['"noEmit": true', '"noEmit": true, "jsx": "react-jsx"'],
      all,
    ],
    ['the settings of esbuild', 'tools/build/src/esbuild-settings.ts', ["'none'", "'eof'"], all],
  ])('%s', async (_, file, [before, after], expected) => {
    workspace.edit(file, (text) => text.replace(before, after));
    expect(await built()).toEqual(expected);
  });

  it.each(['aws4fetch', 'esbuild'])('the version of %s in the lock file', async (name) => {
    const entry = new RegExp(`("node_modules/${name}": \\{\\s+"version": "[^}]+"integrity": "sha512-)`);
    workspace.edit('package-lock.json', (text) => text.replace(entry, '$1A'));
    expect(await built()).toEqual(all);
  });
});

describe('builds no bundle with', () => {
  const failure = async (...args: string[]) => {
    const outcome = await runNx(workspace.root, 'run', 'get-order:build', ...args).catch((error) => error);
    expect(workspace.exists(`${root}/dist/handler.mjs`)).toBe(false);
    return `${outcome.stdout}${outcome.stderr}`;
  };

  it('a file that no cache counts, in a batch and alone', async () => {
    workspace.write('config/limits.json', '1');
    workspace.write(
      `${root}/src/handler.ts`,
      handler(`import values from '../../../../config/limits.json';`),
    );
    const expected = `${root}/src/handler.ts imports config/limits.json. It is in no package of the workspace: a change of it would rebuild nothing. Move it into ${root}, or into a package in libs that ${root}/package.json declares.`;
    expect(await failure()).toContain(expected);
    expect(await failure('--batch=false')).toContain(expected);
  });

  it('a file that git ignores', async () => {
    workspace.write(`${root}/src/values.log`, '1');
    workspace.write(
      `${root}/src/handler.ts`,
      handler(`import values from './values.log' with { type: 'text' };`),
    );
    expect(await failure()).toContain(
      `${root}/src/values.log is in the bundle, and .gitignore or .nxignore excludes it`,
    );
  });

  it('an undeclared package, or one that is not there', async () => {
    workspace.write(`${root}/src/handler.ts`, handler(`import values from 'pg';`));
    expect(await failure()).toContain(
      `${root}/src/handler.ts imports pg, which ${root}/package.json does not declare. Declare it: npm install pg -w ${root}`,
    );
    workspace.write(`${root}/src/handler.ts`, handler(`import values from 'left-over';`));
    for (const text of [await failure(), await failure('--batch=false')]) {
      expect(text).toContain(`Install it: npm install left-over -w ${root}`);
      expect(text).not.toContain('external');
    }
  });

  it('no handler, or an emptied file', async () => {
    workspace.write(`${root}/src/handler.ts`, 'export const handle = 1;');
    const expected = `${root}/src/handler.ts exports no "handler".`;
    expect(await failure()).toContain(expected);
    expect(await failure('--batch=false')).toContain(expected);
    workspace.write(`${root}/src/handler.ts`, '');
    expect(await failure()).toContain(`${root}/src/handler.ts is empty.`);
    workspace.write(`${root}/src/handler.ts`, handler('const values = 1;'));
    workspace.write(`${root}/src/contract.ts`, '');
    expect(await failure()).toContain(`"${root}/src/contract.ts" has no exports`);
  });
});
