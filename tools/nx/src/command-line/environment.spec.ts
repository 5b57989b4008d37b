// The connection strings are examples.
// secretlint-disable @secretlint/secretlint-rule-database-connection-string
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { loadEnvironment } from './environment.ts';

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

it('is what it was without files, and where Nx does not read them', async () => {
  await loadEnvironment(workspace.root);
  vi.stubEnv('NX_LOAD_DOT_ENV_FILES', 'false');
  workspace.write('.env', 'SHOP_A=file\n');
  await loadEnvironment(workspace.root);
  expect(seen()).toEqual([undefined, undefined, undefined]);
});
