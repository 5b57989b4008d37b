import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
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

describe('database check', () => {
  const log = vi.spyOn(console, 'log').mockReturnValue();
  const source = (type: string) => `import { read } from '@nanoservices/postgres';
export const list = () => read<{ total: ${type} }>('SELECT total FROM orders.orders');
`;
  beforeAll(() => {
    workspace.write(
      'libs/storage/migrations/1_orders.sql',
      'CREATE SCHEMA orders; CREATE TABLE orders.orders (total bigint NOT NULL);',
    );
    workspace.linkPackages();
  });
  afterEach(() => log.mockClear());
  afterAll(() => log.mockRestore());

  it('tells the number of statements', async () => {
    vi.stubEnv('DATABASE_URL', undefined);
    workspace.write('libs/storage/src/orders.ts', source('string'));
    expect(await main(workspace.root, ['database', 'check'])).toBe(0);
    expect(log).toHaveBeenCalledExactlyOnceWith('1 statement, all as the code says.');
  });

  it('tells a mistake with its place, and ends with 1', async () => {
    vi.stubEnv('DATABASE_URL', undefined);
    workspace.write('libs/storage/src/orders.ts', source('number'));
    expect(await main(workspace.root, ['database', 'check'])).toBe(1);
    expect(printed).toHaveBeenCalledExactlyOnceWith(
      'libs/storage/src/orders.ts:2:51: "total" is bigint, which pg gives as string. The code says number.',
    );
    expect(log).toHaveBeenCalledExactlyOnceWith('Mistakes: 1, in 1 statement.');
  });
});
