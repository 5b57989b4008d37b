import { secret } from '@nanoservices/endpoint';
import { describe, expect, it } from 'vitest';
import * as classic from 'zod';
import * as z from 'zod/mini';
import { mistakeInVariables, refuseMixedVariables, variableFacts, variablesOf } from './variables.ts';

describe('the variables of a contract', () => {
  it('are plain facts', () => {
    const env = classic.object({
      PAGE_SIZE: classic.coerce.number().default(20),
      CURRENCY: classic.enum(['EUR', 'USD']),
      TAGS: z._default(z.array(z.string()), ['a']),
      NOTE: classic.string().optional(),
      PAY_KEY: secret(),
      MAIL_KEY: z._default(secret(), 'test'),
    });
    expect(variableFacts(env)).toEqual([
      { name: 'CURRENCY', isSecret: false, isRequired: true },
      { name: 'MAIL_KEY', isSecret: true, isRequired: false },
      { name: 'NOTE', isSecret: false, isRequired: false },
      { name: 'PAGE_SIZE', isSecret: false, isRequired: false, default: '20' },
      { name: 'PAY_KEY', isSecret: true, isRequired: true },
      { name: 'TAGS', isSecret: false, isRequired: false, default: '["a"]' },
    ]);
  });

  it.each([
    ['AWS_REGION', z.string(), /^"env\.AWS_REGION" is a variable that Lambda or the framework sets/],
    ['LAMBDA_MODE', z.string(), /Lambda or the framework/],
    ['DATABASE_URL', secret(), /Lambda or the framework/],
    ['FUNCTION_GET_ORDER', z.string(), /Lambda or the framework/],
    ['SECRETS_PATH', z.string(), /Lambda or the framework/],
    ['HOME', z.string(), /Lambda or the framework/],
    ['_HANDLER', z.string(), /Lambda or the framework/],
    ['page-size', z.string(), /^"env\.page-size" is no name of a variable/],
    ['payKey', secret(), /^"env\.payKey" is a secret, whose name must have capitals/],
    ['payKey', z.string(), undefined],
    ['DATABASE_POOL', z.string(), undefined],
    ['PAY_KEY_2', secret(), undefined],
  ])('%s may be refused', (name, schema, mistake) => {
    const found = mistakeInVariables(z.object({ [name]: schema }));
    if (mistake) expect(found).toMatch(mistake);
    else expect(found).toBeUndefined();
  });

  it('must be an object', () => {
    expect(mistakeInVariables(z.string() as never)).toMatch(/^"env" must be a schema of an object/);
    expect(mistakeInVariables({ PAGE_SIZE: 1 } as never)).toMatch(/^"env" must be a schema of an object/);
    expect(mistakeInVariables(undefined)).toBeUndefined();
  });
});

describe('the variables of a function', () => {
  const [a] = variableFacts(z.object({ PAGE_SIZE: z.coerce.number() }));
  const [b] = variableFacts(z.object({ PAGE_SIZE: z._default(z.coerce.number(), 20) }));
  const [key] = variableFacts(z.object({ PAGE_SIZE: secret() }));
  if (!a || !b || !key) throw new Error('no facts');

  it('are those of its endpoints', () => {
    const contracts = [
      { name: 'list-orders', variables: [b] },
      { name: 'get-order' },
      { name: 'find', variables: [a] },
    ];
    expect(variablesOf(contracts)).toEqual([
      {
        name: 'PAGE_SIZE',
        isSecret: false,
        isRequired: true,
        default: '20',
        endpoints: ['list-orders', 'find'],
      },
    ]);
  });

  it('are secret by all contracts or by none', () => {
    expect(() =>
      refuseMixedVariables([
        { name: 'x', variables: [a] },
        { name: 'y', variables: [b] },
      ]),
    ).not.toThrow();
    expect(() =>
      refuseMixedVariables([
        { name: 'x', variables: [a] },
        { name: 'y', variables: [key] },
      ]),
    ).toThrow(
      'PAGE_SIZE is a secret by the contract of y, and none by the contract of x. Write secret() in both.',
    );
  });
});
