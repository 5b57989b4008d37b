import type { PackedFunction } from '@nanoservices/model';
import { describe, expect, it } from 'vitest';
import { packedFunction, shopStage } from '../testing/shop.ts';
import { checkExtensions } from './check-extensions.ts';

const { settings } = packedFunction();
const extended = (keys: Record<string, unknown>, changes: Partial<PackedFunction> = {}) =>
  packedFunction({
    settings: { ...settings, extend: [{ root: 'functions/customers/get-customer', keys }] },
    ...changes,
  });

/** The real Serverless checks. */
const check = (...functions: PackedFunction[]) => checkExtensions(shopStage(), functions);

describe('further keys of a function', () => {
  it('are those that Serverless takes', async () => {
    const functions = [
      packedFunction({ name: 'get-order' }),
      extended({
        kmsKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1a2b3c4d-0000-4000-8000-000000000000',
      }),
      extended({ tags: { team: '{stage}' }, disableLogs: true }, { name: 'list-orders' }),
    ];
    await expect(check(...functions)).resolves.toBeUndefined();
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
    const error = await check(extended({ disableLogs: { a: 1 } }), unit).catch((caught) => caught);
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
    await expect(check(packedFunction({ settings: inNetwork }))).resolves.toBeUndefined();
  });

  it('cannot read variables of the deploying machine', async () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a variable of Serverless
    await expect(check(extended({ onError: { 'Fn::Sub': '${env:HOME}' } }))).rejects.toThrow(
      /Serverless would replace a variable/,
    );
  });

  it('cost nothing where there are none', async () => {
    await expect(checkExtensions(undefined as never, [packedFunction()])).resolves.toBeUndefined();
  });
});
