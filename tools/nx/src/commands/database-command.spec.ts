import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { main } from '../command-line/main.ts';

let workspace: TemporaryWorkspace;
const printed = vi.spyOn(console, 'error').mockReturnValue();

beforeAll(() => {
  workspace = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'libs/storage/package.json': { name: '@shop/storage', database: { migrations: './migrations' } },
    'libs/storage/migrations/1_orders.sql': 'CREATE SCHEMA orders;',
  });
});
afterEach(() => {
  vi.unstubAllEnvs();
  printed.mockClear();
});
afterAll(() => workspace[Symbol.dispose]());

it.each([
  [
    'migrate',
    'localhost:5432/shop',
    /^DATABASE_URL does not begin with postgresql:\/\/\. .*as in postgresql:/,
  ],
  ['start', 'localhost:5432/shop', /^DATABASE_URL does not begin with postgresql:\/\//],
  ['migrate', 'postgres://ida:secret@127.0.0.1:9/shop', /^DATABASE_URL: nothing listens at 127\.0\.0\.1:9\./],
  [
    'migrate',
    'postgres://ida:secret@/shop?host=/nowhere',
    /^DATABASE_URL: there is no socket of PostgreSQL at \/nowhere:5432\./,
  ],
  ['migrate', '', /^DATABASE_URL is not set/],
  ['reset', 'postgres://ida:secret@127.0.0.1:9/shop', /^DATABASE_URL is set, and its database is yours/],
])('database %s with %s is refused with a sentence', async (action, url, message) => {
  vi.stubEnv('DATABASE_URL', url);
  expect(await main(workspace.root, ['database', action])).toBe(2);
  expect(printed).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(message));
  expect(printed).not.toHaveBeenCalledWith(expect.stringContaining('secret'));
});

it('takes DATABASE_URL from .env', async () => {
  vi.stubEnv('DATABASE_URL', undefined);
  workspace.write('.env', 'DATABASE_URL=localhost:5432/shop\n');
  expect(await main(workspace.root, ['database', 'migrate'])).toBe(2);
  expect(printed).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(/^DATABASE_URL does not begin/));
  workspace.remove('.env');
});
