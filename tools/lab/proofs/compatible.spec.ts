import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { repositoryRoot } from '../testbed/repository.ts';
import { WorkspaceFixture } from '../testbed/workspace-fixture.ts';

// The gate as CI runs it: on a branch of the shop, against another commit.
const program = join(repositoryRoot, 'tools/nx/bin/nanos.mjs');
const callee = 'functions/orders/list-customer-orders/src/contract.ts';
const lib = 'libs/validation/src/orders.ts';

let workspace: WorkspaceFixture;
beforeAll(() => {
  workspace = new WorkspaceFixture({ withNx: true });
  workspace.commit('shop');
});
afterAll(() => workspace.delete());

let restore: [string, string][];
beforeEach(() => {
  for (const [file, text] of restore ?? []) workspace.write(file, text);
  restore = [];
});

function edit(file: string, change: (text: string) => string): void {
  restore.push([file, workspace.read(file)]);
  workspace.edit(file, change);
}

function compatible(...args: string[]): Promise<{ exitCode: number; stdout: string; stderr: string }> {
  const env = { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined };
  return new Promise((resolve) => {
    const command = [program, 'compatible', ...args];
    execFile(process.execPath, command, { cwd: workspace.root, env }, (error, stdout, stderr) => {
      resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

it('lets pass what breaks nobody', async () => {
  edit(callee, (text) => text.replace(/summary: '.*'/, "summary: 'All of them'"));
  expect(await compatible('--base', 'main')).toEqual({
    exitCode: 0,
    stdout: 'No contract breaks anyone who knows main.\n',
    stderr: '',
  });
});

it('names the endpoint, the change and its callers, and fails', async () => {
  edit(callee, (text) => text.replace("access: 'user'", "access: { scope: 'desk' }"));
  const { exitCode, stdout } = await compatible('--base', 'main');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^list-customer-orders \(GET .*, since main\)\n {2}it wants the scope desk now\n/);
  expect(stdout).toMatch(/breaks its caller get-customer: it wants the scope desk now/);
  expect(stdout).toMatch(/1 of 1 without a permission\. .*breaking: \{ reason/);
});

it('compares the libs of the commit, not those of the working tree', async () => {
  edit(lib, (text) => text.replace('z.maximum(1000)', 'z.maximum(10)'));
  const { exitCode, stdout } = await compatible('--base', 'main', '--json');
  expect(exitCode).toBe(1);
  const changes = JSON.parse(stdout).flatMap((one: { changes: string[] }) => one.changes);
  expect(changes).toContain('body.quantity has the maximum 10 now, not 1000');
});

it('goes on where the contract permits it, and refuses a permission that is none', async () => {
  const permit = (until: string) => (text: string) =>
    text.replace(
      "access: 'user'",
      `access: { scope: 'desk' }, breaking: { reason: 'Desk only', until: '${until}' }`,
    );
  edit(callee, permit('2999-12-31'));
  const permitted = await compatible('--base', 'main');
  expect(permitted.exitCode).toBe(0);
  expect(permitted.stdout).toMatch(/permitted until 2999-12-31: Desk only/);
  workspace.edit(callee, (text) => text.replace('2999-12-31', '2020-02-02'));
  const ended = await compatible('--base', 'main');
  expect(ended.exitCode).toBe(1);
  expect(ended.stdout).toMatch(/its permission ended on 2020-02-02/);
  workspace.edit(callee, (text) => text.replace('2020-02-02', '2999-13-31'));
  const mistaken = await compatible('--base', 'main');
  expect(mistaken.exitCode).toBe(2);
  expect(mistaken.stderr).toMatch(/contract\.ts: "breaking\.until": must be a day, such as 2030-06-30/);
});

it('compares with where the branch left the other one, and reads removed endpoints', async () => {
  const base = workspace.commit('before');
  workspace.remove('functions/orders/delete-order');
  const removed = workspace.commit('without delete-order');
  const { exitCode, stdout } = await compatible('--base', base);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^delete-order \(DELETE .*\n {2}it is gone\n/);
  // An endpoint that came to the other branch later was not removed here.
  workspace.endpoint('get-desk', 'GET /desks', 'return {}');
  const later = workspace.commit('with get-desk');
  workspace.checkOut(removed);
  expect(await compatible('--base', later)).toMatchObject({ exitCode: 0 });
});

it('tells what is missing', async () => {
  expect(await compatible()).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Compare with what?'),
  });
  expect(await compatible('--base', 'nowhere')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringMatching(/no commit "nowhere".*git fetch origin nowhere/),
  });
});
