import {
  appendFileSync,
  existsSync,
  globSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeScaleWorkspace } from '../generators/scale-workspace.ts';
import { runNx } from '../testing/nx.ts';

// The real Nx, which runs these builds as one batch unless told otherwise.
const original = fileURLToPath(new URL('../../../..', import.meta.url));
let workspace: string;

beforeAll(() => {
  workspace = realpathSync(mkdtempSync(join(tmpdir(), 'bundle-')));
  makeScaleWorkspace(original, workspace, 12);
});
afterAll(() => rmSync(workspace, { recursive: true, force: true }));

const build = (...args: string[]) =>
  runNx(workspace, 'run-many', '-t', 'build', '--outputStyle=static', ...args).catch(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );

/** What builds made, by file. */
function outputs(): Map<string, string> {
  const files = globSync('functions/**/dist/*', { cwd: workspace }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(workspace, file), 'latin1')]));
}

it('makes the same bytes in one process as builds one by one', { timeout: 180_000 }, async () => {
  expect(await build()).toContain('Running 15 tasks with @nanoservices/workspace:bundle');
  const together = outputs();
  // Four files of each endpoint, also four of each unit: its entry instead of a package.json.
  expect(together.size).toBe(4 * 15);
  for (const file of globSync('functions/**/dist', { cwd: workspace })) {
    rmSync(join(workspace, file), { recursive: true });
  }
  expect(await build('--batch=false', '--skipNxCache')).not.toContain('Running 15 tasks');
  const single = outputs();
  expect([...single.keys()]).toEqual([...together.keys()]);
  const different = [...single].filter(([file, bytes]) => together.get(file) !== bytes);
  expect(different.map(([file]) => file)).toEqual([]);
});

it('fails for what is wrong alone, and caches the others', { timeout: 120_000 }, async () => {
  const handler = join(workspace, 'functions/orders/update-order/src/handler.ts');
  const source = readFileSync(handler, 'utf8');
  appendFileSync(join(workspace, 'libs/endpoint/src/reply.ts'), '\nexport const touched = true;\n');
  writeFileSync(handler, source.replace("'./contract.ts'", "'./contact.ts'"));
  const output = await build();
  expect(output).toContain('update-order/src/handler.ts');
  expect(output).toContain('Could not resolve "./contact.ts"');
  expect(existsSync(join(workspace, 'functions/orders/update-order/dist/handler.mjs'))).toBe(false);
  expect(existsSync(join(workspace, 'functions/orders/get-order/dist/handler.mjs'))).toBe(true);

  writeFileSync(handler, source);
  const again = await build();
  const fromCache = [...again.matchAll(/nx run @nanoservices\/([\w-]+):build .*cache/g)].map(
    ([, name]) => name,
  );
  // What failed, and the units that contain it.
  const built = ['app', 'orders', 'update-order'];
  expect(fromCache).toHaveLength(12);
  expect(fromCache.filter((name) => built.includes(`${name}`))).toEqual([]);
});
