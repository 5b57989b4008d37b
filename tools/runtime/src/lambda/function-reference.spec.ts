import { describe, expect, it } from 'vitest';
import { environmentStarter } from '../environment/start-environment.ts';
import { findFunction } from './function-reference.ts';
import { Lambda } from './lambda.ts';

const lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
lambda.put({
  functionName: 'get-order',
  bundle: '/bundle.mjs',
  isolation: 'process',
  memorySize: 128,
  timeout: 3,
  environment: {},
  logFormat: 'Text',
});

const arn = 'arn:aws:lambda:us-east-1:000000000000:function:get-order';
const find = (name: string, qualifier: string | null = null) =>
  findFunction(lambda, encodeURIComponent(name), qualifier);

describe('the reference to a function', () => {
  it.each([
    ['get-order', null, undefined],
    ['get-order', 'live', 'live'],
    ['get-order:$LATEST', null, '$LATEST'],
    ['function:get-order', '$LATEST', '$LATEST'],
    [`${arn}:live`, 'live', 'live'],
  ])('%s with Qualifier %s is found', (name, parameter, qualifier) => {
    const reference = find(name, parameter);
    expect(reference).toMatchObject({ found: { functionName: 'get-order' }, qualifier });
    expect(reference.arn).toBe(qualifier === undefined ? arn : `${arn}:${qualifier}`);
  });

  // The cases that AWS's answers are recorded for, in localstack's test_function_name_and_qualifier_validation.
  it.each([
    '*',
    'get-order!',
    'invalid-account:function:get-order',
    'arn:aws:lambda:invalid-region:000000000000:function:get-order',
    'arn:aws:ec2:us-east-1:000000000000:instance:i-1234567890abcdef0',
    `${arn}:1:2`,
    'function:get-order:$LATEST:extra',
    'arn:aws:lambda::000000000000:function:get-order',
    'arn:aws:lambda:us-east-1::function:get-order',
    `${arn}:$LATES`,
    'get order',
    'get/order',
    'get-order\n',
    'ż',
  ])('%j is malformed', (name) => {
    expect(() => find(name)).toThrow(
      expect.objectContaining({
        status: 400,
        type: 'ValidationException',
        message: expect.stringMatching(
          /^1 validation error detected: Value '.*' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: \(arn:/s,
        ),
      }),
    );
  });

  it.each([
    ['invalid!', 'Member must satisfy regular expression pattern: \\$(LATEST'],
    ['a'.repeat(129), 'Member must have length less than or equal to 128'],
    ['', 'Member must have length greater than or equal to 1'],
  ])('the qualifier %j is malformed', (qualifier, constraint) => {
    expect(() => find('get-order', qualifier)).toThrow(
      expect.objectContaining({
        status: 400,
        type: 'ValidationException',
        message: expect.stringContaining(`at 'qualifier' failed to satisfy constraint: ${constraint}`),
      }),
    );
  });

  it('names both mistakes', () => {
    expect(() => find('*', 'a'.repeat(129))).toThrow(
      /^2 validation errors detected: .*'qualifier'.*; .*'\*'/,
    );
  });

  it.each([
    ['a'.repeat(65), null],
    ['function', null],
    [`get-order:${'a'.repeat(65)}`, null],
    ['get-order', '$latest'],
    ['get-order', '1'],
    ['get-order', '$LATEST.PUBLISHED'],
  ])('%s with Qualifier %s is not found', (name, qualifier) => {
    expect(() => find(name, qualifier)).toThrow(
      expect.objectContaining({ status: 404, type: 'ResourceNotFoundException' }),
    );
  });

  it('has at most 256 characters', () => {
    expect(() => find('a'.repeat(257))).toThrow(/'functionName' .* less than or equal to 256$/);
  });
});
