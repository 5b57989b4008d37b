import type { PackedFunction } from '@nanoservices/model';
import { describe, expect, it } from 'vitest';
import { functionService } from '../stacks/function-service.ts';
import { packedFunction, shopStage } from '../testing/shop.ts';
import { functionTemplates } from './function-templates.ts';
import { codeFile, serverlessTemplate, type Template } from './serverless-template.ts';

const { settings } = packedFunction();
const extended = (keys: Record<string, unknown>, changes: Partial<PackedFunction> = {}) =>
  packedFunction({
    settings: { ...settings, extend: [{ root: 'functions/customers/get-customer', keys }] },
    ...changes,
  });

/** The real Serverless checks. */
const check = (...functions: PackedFunction[]) => functionTemplates(shopStage(), functions);

/** The template without the time at which Serverless made it. */
const withoutTime = (template: Template | undefined) =>
  JSON.parse(JSON.stringify(template).replace(/"S3Key":"[^"]*"/g, '"S3Key":""'));

describe('the templates of functions', () => {
  const network = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-{stage}'] };
  const stage = shopStage({
    vpc: { subnetIds: ['subnet-9'], securityGroupIds: ['sg-9'] },
    databaseUrlKeyArn: 'arn:aws:kms:eu-central-1:1:key/k',
    environment: { SHOP: '{stage} in {region}' },
    tags: { team: 'sales' },
    logRetentionDays: 30,
  });
  // Names that begin alike, and settings that only one has.
  const functions = [
    packedFunction({ name: 'get' }),
    packedFunction({ name: 'get-order', code: { ...packedFunction().code, architecture: 'x86_64' } }),
    packedFunction({ name: 'get-order-lambda-function', usesDatabase: false, calls: [] }),
    packedFunction({ name: 'get-orders', settings: { ...settings, vpc: network, logLevel: 'DEBUG' } }),
    packedFunction({ name: 'list', settings: { ...settings, vpc: false, tracing: 'Active' } }),
    packedFunction({
      name: 'orders',
      settings: { ...settings, reservedConcurrency: 3, ephemeralStorage: 1024, timeout: 30 },
      environment: { QUEUE: 'https://sqs.{region}.amazonaws.com/{account}/mail' },
    }),
    extended(
      {
        onError: 'arn:aws:sns:{region}:{account}:failures',
        maximumRetryAttempts: 1,
        destinations: { onFailure: 'arn:aws:sns:eu-central-1:1:failures' },
        logs: { systemLogLevel: 'WARN' },
        tags: { team: 'desk', owner: 'o' },
      },
      { name: 'add-order' },
    ),
  ];

  it('are what Serverless makes of each alone', async () => {
    const together = await functionTemplates(stage, functions);
    for (const packed of functions) {
      const { service } = functionService(stage, packed);
      const alone = await serverlessTemplate({ ...service, package: { artifact: codeFile } });
      expect(withoutTime(together.get(packed.name)), packed.name).toEqual(withoutTime(alone));
    }
  });

  it('are none of no function', async () => {
    expect(await functionTemplates(shopStage(), [])).toEqual(new Map());
  });
});

describe('further keys of a function', () => {
  it('are those that Serverless takes', async () => {
    const functions = [
      packedFunction({ name: 'get-order' }),
      extended({
        kmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1a2b3c4d-0000-4000-8000-000000000000',
      }),
      extended({ tags: { team: '{stage}' }, disableLogs: true }, { name: 'list-orders' }),
    ];
    await expect(check(...functions)).resolves.toBeDefined();
  });

  it('are refused with the package.json, the key and the reason, all at once', async () => {
    const unit = packedFunction({
      name: 'orders',
      settings: {
        ...settings,
        extend: [
          { root: 'functions/orders/get-order', keys: { kmsKey: 'x', tags: {} } },
          { root: 'functions/orders', keys: { recursiveLoop: 'Maybe' } },
        ],
      },
    });
    const error = (await check(extended({ disableLogs: { a: 1 } }), unit).catch(
      (caught: unknown) => caught,
    )) as Error;
    expect(error).toMatchObject({ name: 'UsageError', exitCode: 2 });
    expect(error.message).toContain(
      'functions/customers/get-customer/package.json: "lambda.extend.disableLogs": must be boolean',
    );
    expect(error.message).toContain(
      'functions/orders/get-order/package.json: "lambda.extend": unrecognized property \'kmsKey\'',
    );
    expect(error.message).toContain(
      'functions/orders/package.json: "lambda.extend.recursiveLoop": must be equal to one of',
    );
    expect(error.message).not.toContain('\n');
  });

  it('are refused for reasons beyond the schema, too', async () => {
    const fileSystemConfig = {
      arn: 'arn:aws:elasticfilesystem:eu-central-1:123456789012:access-point/fsap-0123456789abcdef0',
      localMountPath: '/mnt/files',
    };
    await expect(check(extended({ fileSystemConfig }))).rejects.toThrow(
      /^functions\/customers\/get-customer\/package\.json: "lambda\.extend": when using fileSystemConfig, ensure that function has vpc configured/,
    );
    const vpc = { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] };
    const inNetwork = { ...extended({ fileSystemConfig }).settings, vpc };
    await expect(check(packedFunction({ settings: inNetwork }))).resolves.toBeDefined();
  });

  it('cannot read variables of the deploying machine', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Serverless
    await expect(check(extended({ onError: { 'Fn::Sub': '${env:HOME}' } }))).rejects.toThrow(
      /Serverless would replace a variable/,
    );
  });
});
