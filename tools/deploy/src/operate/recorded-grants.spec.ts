import { afterEach, describe, expect, it, vi } from 'vitest';
import { lambdaClient } from '../live/lambda-client.ts';
import { LiveFunctions, type Revision } from '../live/live-functions.ts';
import { RecordedStage } from '../testing/recorded-stage.ts';
import { recordedGrants } from './recorded-grants.ts';

const name = 'get-order';
const tables = new Set(['orders.orders', 'orders.items']);
let served: RecordedStage | undefined;
afterEach(async () => {
  vi.unstubAllEnvs();
  await served?.[Symbol.asyncDispose]();
});

/** @returns a version whose variables anyone with access to the function may have changed */
async function versionWith(grants: string): Promise<Revision> {
  const configuration = {
    Version: '7',
    Description: 'commit=abc1234 configuration=5f',
    Environment: { Variables: { DATABASE_GRANTS: grants } },
  };
  const functions = { [name]: { 7: configuration } };
  const aliases = { [name]: { FunctionVersion: '7' } };
  served = await RecordedStage.serve({ functions, aliases, parameters: {}, objects: {}, stacks: {} });
  for (const [variable, value] of Object.entries(served.environment)) vi.stubEnv(variable, value);
  const live = new LiveFunctions(lambdaClient('eu-central-1'));
  return (await live.read(name, 'live')) as Revision;
}

describe('the rights that a version has recorded', () => {
  it('are those of its contracts', async () => {
    const revision = await versionWith('orders.items:select,orders.orders:insert+select');
    expect(recordedGrants(name, revision, tables)).toEqual({
      'orders.items': ['select'],
      'orders.orders': ['insert', 'select'],
    });
  });

  it.each([
    'orders.orders:select ON orders.orders TO PUBLIC; ALTER ROLE CURRENT_USER SUPERUSER; --',
    'orders.orders:select+truncate',
    'orders.orders":select',
    'everything',
  ])('are refused where they are no rights or no table of a contract: %j', async (grants) => {
    const revision = await versionWith(grants);
    expect(() => recordedGrants(name, revision, tables)).toThrow(
      /^DATABASE_GRANTS of version 7 of get-order .* abc1234\.$/s,
    );
  });

  it.each(['public.migrations', 'pg_catalog.pg_authid', 'orders.gone'])(
    'are refused in the table %s, which no contract declares',
    async (table) => {
      const revision = await versionWith(`orders.orders:select,${table}:update`);
      expect(() => recordedGrants(name, revision, tables)).toThrow(
        `names the table "${table}", which no contract of this workspace declares.`,
      );
    },
  );
});
