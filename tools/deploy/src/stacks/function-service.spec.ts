import { isDeepStrictEqual } from 'node:util';
import type { FunctionVariable, PackedFunction } from '@nanoservices/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packedFunction, routes, shopStage } from '../testing/shop.ts';
import { functionService } from './function-service.ts';

/** The facts that are part of a function's configuration. */
const configured = fc.record(
  {
    application: fc.constantFrom('shop', 'shop-dev'),
    stage: fc.constantFrom('dev', 'prod'),
    region: fc.constantFrom('eu-central-1', 'us-east-1'),
    logRetentionDays: fc.constantFrom(14, 30),
    environment: fc.constantFrom(
      {},
      { SHOP: 'open' },
      { SHOP: 'closed' },
      { SHOP: 'open', MODE: 'open' },
      { MODE: 'open', SHOP: 'open' },
    ),
    tags: fc.constantFrom({}, { team: 'sales' }, { team: 'storage' }),
    network: fc.constantFrom<{ stage?: Network; own?: Network }>(
      {},
      { stage: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] } },
      { stage: { subnetIds: ['subnet-1', 'subnet-2'], securityGroupIds: ['sg-1'] } },
      { own: { subnetIds: ['subnet-9'], securityGroupIds: ['sg-1'] } },
    ),
    name: fc.constantFrom('get-order', 'dev-get-order'),
    summary: fc.constantFrom('Read an order', 'Read an order: "with" its items'),
    memorySize: fc.constantFrom(128, 256),
    timeout: fc.constantFrom(3, 10),
    reservedConcurrency: fc.constantFrom(undefined, 1, 5),
    logLevel: fc.constantFrom(undefined, 'DEBUG' as const, 'WARN' as const),
    more: fc.constantFrom<Partial<PackedFunction['settings']>>(
      {},
      { ephemeralStorage: 1024 },
      { layers: ['arn:aws:lambda:{region}:1:layer:fonts:3'] },
      { layers: ['arn:aws:lambda:{region}:1:layer:fonts:4'] },
      { tracing: 'Active' },
      { tracing: 'PassThrough' },
      { extend: [{ root: 'functions', keys: { tags: { team: 'own' } } }] },
      { extend: [{ root: 'functions', keys: { tags: { team: 'other' } } }] },
    ),
    calls: fc.constantFrom(
      [],
      [{ endpoint: 'get-customer', function: 'get-customer' }],
      [{ endpoint: 'get-customer', function: 'customers' }],
      [
        { endpoint: 'get-customer', function: 'customers' },
        { endpoint: 'list-customer-orders', function: 'customers' },
      ],
    ),
    variables: fc.constantFrom({}, { TABLE: 'orders' }, { TABLE: 'orders-{stage}' }),
    secrets: fc.constantFrom<Secrets | undefined>(
      undefined,
      { names: ['PAY_KEY'] },
      { names: ['MAIL_KEY', 'PAY_KEY'] },
      { names: ['PAY_KEY'], keyArn: 'arn:aws:kms:eu-central-1:1:key/k' },
    ),
    roleClaim: fc.constantFrom(undefined, 'roles', 'cognito:groups'),
    permissions: fc.constantFrom(
      [],
      [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::reports/*'] }],
      [{ actions: ['s3:PutObject'], resources: ['arn:aws:s3:::reports/*'] }],
    ),
    database: fc.constantFrom<Database | undefined>(
      undefined,
      { grants: { 'orders.orders': ['select'] } },
      { grants: { 'orders.orders': ['select', 'update'] } },
      { grants: { 'orders.items': ['select'] } },
      { grants: { 'orders.orders': ['select'] }, parameter: '/shop/url' },
      { grants: { 'orders.orders': ['select'] }, keyArn: 'arn:aws:kms:eu-central-1:1:key/k' },
    ),
  },
  { noNullPrototype: true },
);

interface Network {
  readonly subnetIds: string[];
  readonly securityGroupIds: string[];
}

interface Database {
  readonly grants: PackedFunction['grants'];
  readonly parameter?: string;
  readonly keyArn?: string;
}

interface Secrets {
  readonly names: readonly string[];
  readonly keyArn?: string;
}

const variable = (name: string, facts: Partial<FunctionVariable> = {}): FunctionVariable => ({
  ...{ name, isSecret: true, isRequired: true, endpoints: ['get-order'] },
  ...facts,
});

/** The facts of a function and its stage that are not part of it. */
const others = fc.record({
  root: fc.constantFrom('functions/orders', 'functions/orders/get-order'),
  kind: fc.constantFrom<'endpoint' | 'unit'>('endpoint', 'unit'),
  isolation: fc.constantFrom<'process' | 'thread'>('process', 'thread'),
  routes: fc.subarray([...routes]),
  throttling: fc.record({ rateLimit: fc.integer({ min: 1 }), burstLimit: fc.integer({ min: 1 }) }),
  issuer: fc.constantFrom('https://a.example.com/', 'https://b.example.com/'),
  origin: fc.constantFrom('https://a.example.com', 'https://b.example.com'),
  plain: fc.subarray(['PAGE_SIZE', 'CURRENCY']),
});

type Configured = typeof configured extends fc.Arbitrary<infer Facts> ? Facts : never;
type Others = typeof others extends fc.Arbitrary<infer Facts> ? Facts : never;

function hashOf(facts: Configured, { throttling, issuer, origin, plain, ...packing }: Others): string {
  const { application, stage, region, logRetentionDays, environment, tags, network, database } = facts;
  const { name, summary, memorySize, timeout, reservedConcurrency, logLevel, calls } = facts;
  const { variables, permissions, roleClaim, more, secrets } = facts;
  const settings = {
    ...{ region, logRetentionDays, environment, tags, vpc: network.stage, throttling },
    ...{ databaseUrlParameter: database?.parameter, databaseUrlKeyArn: database?.keyArn },
    secretsKeyArn: secrets?.keyArn,
    ...{ jwt: { issuer, audience: ['shop'], roleClaim }, cors: { allowOrigins: [origin] } },
  };
  const packed = packedFunction({
    ...{ ...packing, name, summary, calls, permissions, environment: variables },
    variables: [
      ...(secrets?.names ?? []).map((one) => variable(one)),
      ...plain.map((one) => variable(one, { isSecret: false })),
    ],
    settings: { memorySize, timeout, reservedConcurrency, logLevel, vpc: network.own, ...more },
    grants: database?.grants ?? {},
    usesDatabase: database !== undefined,
  });
  return functionService({ ...shopStage(settings), application, name: stage }, packed).configuration;
}

it('has the same configuration hash exactly for functions that are configured alike', () => {
  // Independent facts would hardly ever be alike, so the second function has most of the first one's.
  const keys: readonly (keyof Configured)[] = Object.keys(fc.sample(configured, 1)[0] ?? {}) as never;
  const changed = fc.subarray([...keys], { maxLength: 3 });
  let alike = 0;
  fc.assert(
    fc.property(configured, configured, changed, others, others, (first, draw, changes, here, there) => {
      const second = { ...first, ...Object.fromEntries(changes.map((key) => [key, draw[key]])) };
      const isAlike = isDeepStrictEqual(first, second);
      if (isAlike) alike++;
      expect(hashOf(first, here) === hashOf(second, there)).toBe(isAlike);
    }),
    { numRuns: 10_000 },
  );
  expect(alike).toBeGreaterThan(1000);
  expect(alike).toBeLessThan(9000);
});

describe('secrets', () => {
  const stage = shopStage({ secretsKeyArn: 'arn:aws:kms:eu-central-1:1:key/k' });
  const packed = packedFunction({ variables: [variable('PAY_KEY'), variable('MODE', { isSecret: false })] });
  const { service } = functionService(stage, packed);

  it('are read from parameters of the function, by a right for exactly these', () => {
    const { environment } =
      (service.functions as Record<string, { environment: object }>)['get-customer'] ?? {};
    expect(environment).toMatchObject({ SECRETS_PATH: '/shop/dev/get-customer' });
    const text = JSON.stringify(service.resources);
    const parameter = `arn:\${AWS::Partition}:ssm:\${AWS::Region}:\${AWS::AccountId}:parameter/shop/dev/get-customer/PAY_KEY`;
    expect(text).toContain(
      JSON.stringify({
        Effect: 'Allow',
        Action: ['ssm:GetParameters'],
        Resource: [{ 'Fn::Sub': parameter }],
      }),
    );
    expect(text).toContain(
      '{"Effect":"Allow","Action":["kms:Decrypt"],"Resource":["arn:aws:kms:eu-central-1:1:key/k"]}',
    );
  });

  it('leave no trace where there are none', () => {
    const { service: other } = functionService(stage, packedFunction());
    expect(JSON.stringify(other)).not.toMatch(/SECRETS_PATH|GetParameters|kms/);
  });

  it.each([
    [
      'of a package.json',
      stage,
      { PAY_KEY: 'sk_4242' },
      /^get-customer: "lambda\.environment\.PAY_KEY" in package\.json would/,
    ],
    [
      'of the stage',
      shopStage({ environment: { PAY_KEY: 'sk_4242' } }),
      {},
      /"stages\.dev\.environment\.PAY_KEY" would/,
    ],
  ])('are no variable %s', (_, of, environment, message) => {
    const make = () => functionService(of, packedFunction({ ...packed, environment }));
    expect(make).toThrow(message);
    expect(make).toThrow(/npx nanos secret set PAY_KEY --stage dev/);
    expect(make).not.toThrow('sk_4242');
  });
});
