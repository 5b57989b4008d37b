import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Lambda as LambdaSdk,
  paginateListFunctions,
  waitUntilFunctionActiveV2,
  waitUntilFunctionExists,
  waitUntilFunctionUpdatedV2,
  waitUntilPublishedVersionActive,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentStarter } from '../environment/start-environment.ts';
import { newAccessKey } from './access-key.ts';
import { Lambda } from './lambda.ts';
import { lambdaService } from './lambda-service.ts';

const accessKey = newAccessKey();
let folder: string;
let server: Server;
let client: LambdaSdk;
const names = ['create-order', 'get-order', 'list-orders'];
const arn = (name: string) => `arn:aws:lambda:us-east-1:000000000000:function:${name}`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  const bundle = join(folder, 'bundle.mjs');
  writeFileSync(bundle, 'export const handler = async () => 1;');
  const lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  for (const functionName of names.toReversed()) {
    lambda.put({
      functionName,
      bundle,
      memorySize: 128,
      timeout: 5,
      environment: { STAGE: 'local' },
      logFormat: 'JSON',
      logLevel: 'WARN',
      isolation: 'process',
      reservedConcurrency: functionName === 'create-order' ? 0 : undefined,
    });
  }
  server = lambdaService(lambda, { accessKey, warn: () => {} }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  client = new LambdaSdk({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: accessKey, secretAccessKey: accessKey },
    maxAttempts: 1,
  });
});

afterAll(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const configuration = {
  FunctionName: 'get-order',
  FunctionArn: arn('get-order'),
  Runtime: 'nodejs24.x',
  MemorySize: 128,
  Timeout: 5,
  Version: '$LATEST',
  State: 'Active',
  LoggingConfig: {
    LogFormat: 'JSON',
    ApplicationLogLevel: 'WARN',
    SystemLogLevel: 'INFO',
    LogGroup: '/aws/lambda/get-order',
  },
  LastUpdateStatus: 'Successful',
  Environment: { Variables: { STAGE: 'local' } },
  CodeSha256: expect.stringMatching(/^.{43}=$/),
  RevisionId: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/),
  LastModified: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+0000$/),
};

describe('a function', () => {
  it('has a configuration, code and no tags', async () => {
    const answer = await client.getFunction({ FunctionName: 'get-order' });
    expect(answer.Configuration).toMatchObject(configuration);
    expect(answer.Code?.Location).toContain('bundle.mjs');
    expect(answer.Concurrency).toBeUndefined();
    expect(await client.getFunctionConfiguration({ FunctionName: 'get-order' })).toMatchObject(configuration);
    expect((await client.listTags({ Resource: arn('get-order') })).Tags).toEqual({});
  });

  it('is described by the ARN that was asked for', async () => {
    const { Configuration } = await client.getFunction({ FunctionName: 'get-order', Qualifier: 'live' });
    expect(Configuration?.FunctionArn).toBe(`${arn('get-order')}:live`);
  });

  it('has the version $LATEST, and an alias that points to it', async () => {
    const FunctionName = 'get-order';
    const { Versions } = await client.listVersionsByFunction({ FunctionName });
    expect(Versions).toMatchObject([{ Version: '$LATEST', FunctionArn: `${arn(FunctionName)}:$LATEST` }]);
    const { Aliases } = await client.listAliases({ FunctionName });
    const alias = { Name: 'live', FunctionVersion: '$LATEST', AliasArn: `${arn(FunctionName)}:live` };
    expect(Aliases).toMatchObject([alias]);
    expect((await client.listAliases({ FunctionName, FunctionVersion: '1' })).Aliases).toEqual([]);
    expect(await client.getAlias({ FunctionName, Name: 'live' })).toMatchObject(alias);
  });

  it('has a reserved concurrency, 0 too, or none', async () => {
    const concurrency = async (FunctionName: string) =>
      (await client.getFunctionConcurrency({ FunctionName })).ReservedConcurrentExecutions;
    expect([await concurrency('create-order'), await concurrency('get-order')]).toEqual([0, undefined]);
    const { Concurrency } = await client.getFunction({ FunctionName: 'create-order' });
    expect(Concurrency).toEqual({ ReservedConcurrentExecutions: 0 });
  });

  it('has none of what is optional', async () => {
    const FunctionName = 'get-order';
    expect((await client.listFunctionUrlConfigs({ FunctionName })).FunctionUrlConfigs).toEqual([]);
    expect(
      (await client.listFunctionEventInvokeConfigs({ FunctionName })).FunctionEventInvokeConfigs,
    ).toEqual([]);
    const provisioned = await client.listProvisionedConcurrencyConfigs({ FunctionName });
    expect(provisioned.ProvisionedConcurrencyConfigs).toEqual([]);
    expect((await client.listEventSourceMappings({ FunctionName })).EventSourceMappings).toEqual([]);
    const signing = await client.getFunctionCodeSigningConfig({ FunctionName });
    expect([signing.FunctionName, signing.CodeSigningConfigArn]).toEqual([FunctionName, undefined]);
  });
});

describe('the list of functions', () => {
  it('has pages', async () => {
    const pages: (string | undefined)[][] = [];
    for await (const { Functions } of paginateListFunctions({ client, pageSize: 2 }, {})) {
      pages.push(Functions?.map(({ FunctionName }) => FunctionName) ?? []);
    }
    expect(pages).toEqual([['create-order', 'get-order'], ['list-orders']]);
    const { Functions, NextMarker } = await client.listFunctions({ MaxItems: 1 });
    expect([Functions?.length, NextMarker]).toEqual([1, expect.any(String)]);
  });

  it('has the versions of all functions on request', async () => {
    const { Functions } = await client.listFunctions({ FunctionVersion: 'ALL' });
    expect(Functions?.map(({ FunctionArn }) => FunctionArn)).toEqual(
      names.map((name) => `${arn(name)}:$LATEST`),
    );
  });
});

describe('the account', () => {
  it('has limits and usage', async () => {
    const { AccountLimit, AccountUsage } = await client.getAccountSettings({});
    expect(AccountLimit).toMatchObject({ ConcurrentExecutions: 1000, UnreservedConcurrentExecutions: 1000 });
    expect(AccountUsage?.FunctionCount).toBe(3);
    expect(AccountUsage?.TotalCodeSize).toBeGreaterThan(0);
  });
});

describe('waiters', () => {
  it.each([
    ['functionExists', waitUntilFunctionExists],
    ['functionActiveV2', waitUntilFunctionActiveV2],
    ['functionUpdatedV2', waitUntilFunctionUpdatedV2],
    ['publishedVersionActive', waitUntilPublishedVersionActive],
  ])('%s succeeds at once', async (_, wait) => {
    expect(await wait({ client, maxWaitTime: 10 }, { FunctionName: 'get-order' })).toMatchObject({
      state: 'SUCCESS',
    });
  });
});

describe('a refusal', () => {
  const of = (run: () => Promise<unknown>) => run().catch((error) => error);
  it.each<[string, () => Promise<unknown>, string, RegExp]>([
    [
      'an unknown function',
      () => client.getFunction({ FunctionName: 'nobody' }),
      'ResourceNotFoundException',
      /^Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody$/,
    ],
    [
      'an unknown alias',
      () => client.getAlias({ FunctionName: 'get-order', Name: 'blue' }),
      'ResourceNotFoundException',
      /^Cannot find alias arn: .*:function:get-order:blue$/,
    ],
    [
      'the policy',
      () => client.getPolicy({ FunctionName: 'get-order' }),
      'ResourceNotFoundException',
      /^The resource you requested does not exist\.$/,
    ],
    [
      'the event configuration',
      () => client.getFunctionEventInvokeConfig({ FunctionName: 'get-order' }),
      'ResourceNotFoundException',
      /^The function .*:function:get-order:\$LATEST doesn't have an EventInvokeConfig$/,
    ],
    [
      'provisioned concurrency',
      () => client.getProvisionedConcurrencyConfig({ FunctionName: 'get-order', Qualifier: 'live' }),
      'ProvisionedConcurrencyConfigNotFoundException',
      /^No Provisioned Concurrency Config found for this function$/,
    ],
    [
      'the concurrency of an alias',
      () => client.getFunctionConcurrency({ FunctionName: 'get-order:live' }),
      'InvalidParameterValueException',
      /^This operation is permitted on Lambda functions only\./,
    ],
    [
      'the tags of a version',
      () => client.listTags({ Resource: `${arn('get-order')}:$LATEST` }),
      'InvalidParameterValueException',
      /^Tags on function aliases and versions are not supported\./,
    ],
    [
      'an unknown version filter',
      () => client.listFunctions({ FunctionVersion: 'SOME' as 'ALL' }),
      'ValidationException',
      /Member must satisfy enum value set: \[ALL\]$/,
    ],
    [
      'a change',
      () => client.updateFunctionConfiguration({ FunctionName: 'get-order', Timeout: 7 }),
      'UnknownOperationException',
      /^The local Lambda has no operation PUT \/2015-03-31\/functions\/get-order\/configuration\./,
    ],
  ])('answers %s', async (_, run, name, message) => {
    expect(await of(run)).toMatchObject({ name, message: expect.stringMatching(message) });
  });
});
