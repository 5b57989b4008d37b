import { appendFileSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runNx, tasksIn } from '../testbed/nx.ts';
import { scaleWorkspace } from '../testbed/scale/scale-workspace.ts';
import type { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The real Nx, which runs these builds as one batch unless told otherwise.
let workspace: WorkspaceFixture;
beforeAll(() => {
  workspace = scaleWorkspace(12);
});
afterAll(() => workspace.delete());

const build = (...args: string[]) =>
  runNx(workspace.root, 'run-many', '-t', 'build', '--outputStyle=static', ...args).catch(
    ({ stdout, stderr }) => `${stdout}${stderr}`,
  );

/** The files that builds made. */
function outputs(): Map<string, string> {
  const files = globSync('functions/**/dist/*', { cwd: workspace.root }).sort();
  return new Map(files.map((file) => [file, readFileSync(join(workspace.root, file), 'latin1')]));
}

it('makes the same bytes in one process as builds one by one', async () => {
  expect(await build()).toContain('Running 15 tasks with @nanoservices/nx:bundle');
  const together = outputs();
  // Five files of each endpoint, also five of each unit: its entry instead of a package.json.
  expect(together.size).toBe(5 * 15);
  for (const file of globSync('functions/**/dist', { cwd: workspace.root })) {
    rmSync(join(workspace.root, file), { recursive: true });
  }
  expect(await build('--batch=false', '--skipNxCache')).not.toContain('Running 15 tasks');
  const single = outputs();
  expect([...single.keys()]).toEqual([...together.keys()]);
  const different = [...single].filter(([file, bytes]) => together.get(file) !== bytes);
  expect(different.map(([file]) => file)).toEqual([]);
});

it('fails for what is wrong alone, and caches the others', async () => {
  const handler = 'functions/orders/update-order/src/handler.ts';
  appendFileSync(join(workspace.root, 'libs/endpoint/src/reply.ts'), '\nexport const touched = true;\n');
  workspace.edit(handler, (text) => text.replace("'./contract.ts'", "'./contact.ts'"));
  const output = await build();
  expect(output).toContain('update-order/src/handler.ts');
  expect(output).toContain('Could not resolve "./contact.ts"');
  const bundleOf = (name: string) => join(workspace.root, `functions/orders/${name}/dist/handler.mjs`);
  expect(existsSync(bundleOf('update-order'))).toBe(false);
  expect(existsSync(bundleOf('get-order'))).toBe(true);

  workspace.edit(handler, (text) => text.replace("'./contact.ts'", "'./contract.ts'"));
  const cached = tasksIn(await build(), 'build').filter(({ fromCache }) => fromCache);
  // All but the one that failed, and the units that contain it.
  const built = ['app', 'orders', 'update-order'];
  expect(cached).toHaveLength(12);
  expect(cached.filter(({ project }) => built.includes(project))).toEqual([]);
});
