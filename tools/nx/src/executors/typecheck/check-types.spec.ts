import { stripVTControlCharacters } from 'node:util';
import type { TaskOutcome } from '@nanoservices/build';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { checkTypes } from './check-types.ts';

let workspace: TemporaryWorkspace;
const names = ['get-order', 'list-orders', 'get-stock'];
const fileOf = (name: string) => `functions/orders/${name}/src/handler.ts`;
const right = 'export const one: number = 1;\n';

beforeEach(() => {
  workspace = new TemporaryWorkspace({
    'functions/tsconfig.json': {
      compilerOptions: { strict: true, types: [], module: 'nodenext' },
      include: ['**/*'],
    },
    'libs/rules/src/index.ts': right,
  });
  for (const name of names) workspace.write(fileOf(name), right);
});
afterEach(() => workspace[Symbol.dispose]());

/** @returns the first line of each task's error, by the task's id */
async function check(
  roots = names.map((name) => `functions/orders/${name}`),
): Promise<Record<string, string>> {
  const tasks = roots.map((root) => ({ id: root.split('/').at(-1) as string, root }));
  const outcomes: TaskOutcome[] = [];
  for await (const outcome of checkTypes(workspace.root, tasks)) outcomes.push(outcome);
  expect(outcomes.map(({ id }) => id)).toEqual(roots.map((root) => root.split('/').at(-1)));
  return Object.fromEntries(
    outcomes
      .filter(({ error }) => error !== undefined)
      .map(({ id, error = '' }) => [id, stripVTControlCharacters(error).split('\n')[0] ?? '']),
  );
}

it('projects without an error are right', async () => {
  expect(await check()).toEqual({});
});

it('an error is one of its project', async () => {
  workspace.write(fileOf('list-orders'), `export const one: number = '1';\n`);
  const error = `${fileOf('list-orders')}:1:14 - error TS2322: Type 'string' is not assignable to type 'number'.`;
  expect(await check()).toEqual({ 'list-orders': error });
  expect(await check(['functions/orders/list-orders'])).toEqual({ 'list-orders': error });
});

it('an error in a file of no checked project is one of those that import it', async () => {
  workspace.write('libs/rules/src/index.ts', `export const two: number = '2';\n`);
  workspace.write(fileOf('get-order'), `export { two } from '../../../../libs/rules/src/index.ts';\n`);
  expect(await check()).toEqual({
    'get-order': expect.stringMatching(/^libs\/rules\/src\/index\.ts:1:14 - error TS2322/),
  });
});

it('projects that could not be one program are right by themselves', async () => {
  const own = (type: string) => `declare global { var release: ${type}; }\n${right}`;
  workspace.write(fileOf('get-order'), own('string'));
  workspace.write(fileOf('list-orders'), own('number'));
  expect(await check()).toEqual({});
});

it('a declaration of one project is none of another', async () => {
  workspace.write(fileOf('get-order'), `declare global { var shared: string; }\n${right}`);
  workspace.write(fileOf('list-orders'), 'export const two: string = shared;\n');
  const unknown = expect.stringMatching(/list-orders.* error TS2304: Cannot find name 'shared'\./);
  expect(await check()).toEqual({ 'list-orders': unknown });
  workspace.write(fileOf('get-order'), 'var shared: string;\n');
  expect(await check()).toEqual({ 'list-orders': unknown });
});

it('options that are wrong are an error of all projects with them', async () => {
  workspace.write('functions/tsconfig.json', { compilerOptions: { target: 'es1' } });
  const wrong = expect.stringMatching(
    /functions\/tsconfig\.json.* error TS6046: Argument for '--target' option must be/,
  );
  expect(await check()).toEqual(Object.fromEntries(names.map((name) => [name, wrong])));
});

it('a tsconfig.json that is no JSON is an error', async () => {
  workspace.write('functions/tsconfig.json', '{');
  expect(Object.keys(await check())).toEqual(names);
});

it('projects have the tsconfig.json of their folders, or the options of the workspace', async () => {
  workspace.write('libs/tsconfig.json', { compilerOptions: { strict: false, types: [] } });
  workspace.write('libs/rules/src/index.ts', 'export const two: number = null;\n');
  workspace.write('other/one/index.ts', 'export const three: number = null;\n');
  expect(await check(['functions/orders/get-order', 'libs/rules', 'other/one'])).toEqual({
    one: expect.stringMatching(/^other\/one\/index\.ts:1:14 - error TS2322/),
  });
});
