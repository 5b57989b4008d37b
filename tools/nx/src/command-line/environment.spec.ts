// The connection strings are examples.
// secretlint-disable @secretlint/secretlint-rule-database-connection-string
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { command } from './command.ts';
import { loadEnvironment } from './environment.ts';
import { runCommand } from './main.ts';

let workspace: TemporaryWorkspace;
beforeEach(() => {
  workspace = new TemporaryWorkspace();
  for (const name of ['SHOP_A', 'SHOP_B', 'SHOP_C', 'DATABASE_URL', 'NX_LOAD_DOT_ENV_FILES']) {
    vi.stubEnv(name, undefined);
  }
});
afterEach(() => {
  vi.unstubAllEnvs();
  workspace[Symbol.dispose]();
});

const seen = ({ SHOP_A, SHOP_B, SHOP_C } = process.env) => [SHOP_A, SHOP_B, SHOP_C];

it('comes from .env.local, .local.env and .env, in this order', async () => {
  workspace.write('.env', 'SHOP_A=1\nSHOP_B=1\nSHOP_C=1\n');
  workspace.write('.local.env', 'SHOP_A=2\nSHOP_B=2\n');
  workspace.write('.env.local', 'SHOP_A=3\n');
  await loadEnvironment(workspace.root);
  expect(seen()).toEqual(['3', '2', '1']);
});

it('has the variables of the real environment', async () => {
  vi.stubEnv('SHOP_A', 'real');
  workspace.write('.env', 'SHOP_A=file\nSHOP_B=file\n');
  await loadEnvironment(workspace.root);
  expect(seen()).toEqual(['real', 'file', undefined]);
});

it('means what Nx reads: quotes, comments, and references', async () => {
  workspace.write(
    '.env',
    `SHOP_A='a#b' # note\nSHOP_B="\${SHOP_A}/c"\nDATABASE_URL=postgres://u:p\\$x@h/d\n`,
  );
  await loadEnvironment(workspace.root);
  expect(seen()).toEqual(['a#b', 'a#b/c', undefined]);
  expect(process.env.DATABASE_URL).toBe('postgres://u:p$x@h/d');
});

it.each(['.env', '.local.env', '.env.local'])(
  'sets the database of one stage for no stage, though Nx has read it before: %s',
  async (file) => {
    const printed = vi.spyOn(console, 'error').mockImplementation(() => {});
    let runs = 0;
    const run = async () => {
      runs += 1;
      return undefined;
    };
    const options = { stage: { type: 'string', description: 'x' } } as const;
    const deploying = command({ name: 'ship', summary: 'x', options, run });
    const starting = command({ name: 'begin', summary: 'x', options: {}, run });
    workspace.write(file, "DEPLOY_DATABASE_URL='postgres://u:s3cret@localhost/shop'\n");
    vi.stubEnv('DEPLOY_DATABASE_URL', 'postgres://u:s3cret@localhost/shop');
    expect(await runCommand(deploying, workspace.root, ['--stage', 'prod'])).toBe(2);
    expect(runs).toBe(0);
    const message = printed.mock.calls.flat().join('\n');
    expect(message).toMatch(new RegExp(`^${file}: DEPLOY_DATABASE_URL would count for every stage\\.`));
    expect(message).not.toContain('s3cret');
    expect(await runCommand(starting, workspace.root, [])).toBe(0);
    workspace.write(file, '# DEPLOY_DATABASE_URL=x\n');
    expect(await runCommand(deploying, workspace.root, ['--stage', 'prod'])).toBe(0);
    printed.mockRestore();
  },
);

it('is what it was without files, and where Nx does not read them', async () => {
  await loadEnvironment(workspace.root);
  vi.stubEnv('NX_LOAD_DOT_ENV_FILES', 'false');
  workspace.write('.env', 'SHOP_A=file\n');
  await loadEnvironment(workspace.root);
  expect(seen()).toEqual([undefined, undefined, undefined]);
});
