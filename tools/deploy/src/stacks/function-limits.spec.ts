import { describe, expect, it } from 'vitest';
import { packedFunction, shopStage } from '../testing/shop.ts';
import { checkCode, checkFunctions, checkSettings } from './function-limits.ts';

const stage = shopStage();
const small = { environment: {}, description: 'Read an order', policies: [], tags: {} };
const tags = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`tag-${n}`, 'x']));

describe('the limits of a function', () => {
  it.each([
    ['a long name', 'x'.repeat(55), small, /shop-dev-x+ has 64 characters; Lambda and PostgreSQL take 63/],
    [
      'a large environment',
      'get-order',
      { ...small, environment: { A: 'ü'.repeat(2048) } },
      /take 41\d\d bytes; Lambda takes 4096/,
    ],
    [
      'a long description',
      'get-order',
      { ...small, description: 'x'.repeat(259) },
      /has 259 characters; Lambda takes 256. Shorten the summary by 3\./,
    ],
    [
      'a large role',
      'get-order',
      { ...small, policies: 'x'.repeat(10_239) },
      /IAM takes 10240\. Shorten "permissions"/,
    ],
    ['many tags', 'get-order', { ...small, tags: tags(51) }, /has 51 tags; AWS takes 50.*"extend"/],
  ])('stop %s, saying what to do', (_, name, settings, message) => {
    expect(() => checkSettings(stage, name, settings)).toThrow(message);
  });

  it('let a function pass that is exactly as large as AWS allows', () => {
    const largest = {
      environment: { A: 'x'.repeat(4088) },
      policies: 'x'.repeat(10_238),
      description: 'x'.repeat(256),
      tags: tags(50),
    };
    expect(() => checkSettings(stage, 'x'.repeat(54), largest)).not.toThrow();
  });

  it('count variables of CloudFormation as long as their values', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: variables of CloudFormation
    const arn = { 'Fn::Sub': 'arn:${AWS::Partition}:s3:${AWS::Region}:${AWS::AccountId}:x' };
    const asGiven = JSON.stringify('arn:aws:s3:eu-central-1:123456789012:x').length;
    const policies = (more: number) => [...Array.from({ length: 100 }, () => arn), 'x'.repeat(more)];
    // Quotes, commas and brackets count as they are sent.
    const most = 10_240 - 100 * (asGiven + 1) - 4;
    expect(() => checkSettings(stage, 'get-order', { ...small, policies: policies(most) })).not.toThrow();
    expect(() => checkSettings(stage, 'get-order', { ...small, policies: policies(most + 1) })).toThrow(
      /10241/,
    );
  });

  it('are compared with what a function would get', () => {
    const summary = 'x'.repeat(223);
    expect(() => checkFunctions(stage, [packedFunction({ summary })])).not.toThrow();
    expect(() => checkFunctions(stage, [packedFunction({ summary: `${summary}x` })])).toThrow(
      /get-customer: .*257 characters.*Shorten the summary by 1\./,
    );
    const permissions = [{ actions: ['s3:GetObject'], resources: [`arn:aws:s3:::${'x'.repeat(10_000)}`] }];
    expect(() => checkFunctions(stage, [packedFunction({ permissions })])).toThrow(/IAM takes 10240/);
    const environment = { LONG: 'x'.repeat(4000) };
    expect(() => checkFunctions(stage, [packedFunction({ environment })])).toThrow(/Lambda takes 4096/);
    const extend = [{ root: 'functions/customers/get-customer', keys: { tags: tags(49) } }];
    const settings = { memorySize: 256, timeout: 10, extend };
    expect(() => checkFunctions(stage, [packedFunction({ settings })])).toThrow(/has 51 tags/);
  });

  it('stop code that is too large', () => {
    const most = { unzippedBytes: 262_144_000, zippedBytes: 52_428_800 };
    expect(() => checkCode('get-order', most)).not.toThrow();
    expect(() => checkCode('get-order', { ...most, unzippedBytes: 262_144_001 })).toThrow(
      /250.0 MB.*Split it/,
    );
    expect(() => checkCode('get-order', { ...most, zippedBytes: 52_428_801 })).toThrow(/Split it/);
  });
});
