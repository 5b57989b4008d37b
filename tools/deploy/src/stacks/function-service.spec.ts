import { isDeepStrictEqual } from 'node:util';
import type { PackedFunction } from '@nanoservices/model';
import fc from 'fast-check';
import { expect, it } from 'vitest';
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

/** The facts of a function and its stage that are not part of it. */
const others = fc.record({
  root: fc.constantFrom('functions/orders', 'functions/orders/get-order'),
  kind: fc.constantFrom<'endpoint' | 'unit'>('endpoint', 'unit'),
  isolation: fc.constantFrom<'process' | 'thread'>('process', 'thread'),
  routes: fc.subarray([...routes]),
  throttling: fc.record({ rateLimit: fc.integer({ min: 1 }), burstLimit: fc.integer({ min: 1 }) }),
  issuer: fc.constantFrom('https://a.example.com/', 'https://b.example.com/'),
  origin: fc.constantFrom('https://a.example.com', 'https://b.example.com'),
});

type Configured = typeof configured extends fc.Arbitrary<infer Facts> ? Facts : never;
type Others = typeof others extends fc.Arbitrary<infer Facts> ? Facts : never;

function hashOf(facts: Configured, { throttling, issuer, origin, ...packing }: Others): string {
  const { application, stage, region, logRetentionDays, environment, tags, network, database } = facts;
  const { name, summary, memorySize, timeout, reservedConcurrency, logLevel, calls } = facts;
  const { variables, permissions, roleClaim, more } = facts;
  const settings = {
    ...{ region, logRetentionDays, environment, tags, vpc: network.stage, throttling },
    ...{ databaseUrlParameter: database?.parameter, databaseUrlKeyArn: database?.keyArn },
    ...{ jwt: { issuer, audience: ['shop'], roleClaim }, cors: { allowOrigins: [origin] } },
  };
  const packed = packedFunction({
    ...{ ...packing, name, summary, calls, permissions, environment: variables },
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
