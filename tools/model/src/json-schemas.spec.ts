import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { readApiFile } from './files/api-file.ts';
import { readStages } from './files/stages-file.ts';
import { readTopologyFile } from './files/topology-file.ts';
import { readTrafficFile } from './files/traffic-file.ts';
import { jsonSchemas } from './json-schemas.ts';
import { TemporaryWorkspace } from './testing/index.ts';

const folder = fileURLToPath(new URL('../schemas', import.meta.url));
const readJson = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

const ajv = new Ajv({ allErrors: true });
addFormats.default(ajv);
const schemas = new Map(jsonSchemas().map(({ describes, schema }) => [describes, ajv.compile(schema)]));

/** The mistakes that an editor marks in a file. */
function errorsIn(describes: string, content: unknown) {
  const validate = schemas.get(describes);
  validate?.(content);
  return validate?.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`) ?? [];
}

it('the JSON Schemas in tools/model/schemas are up to date: node tools/model/src/write-json-schemas.ts', () => {
  expect(readdirSync(folder).sort()).toEqual(
    jsonSchemas()
      .map(({ name }) => name)
      .sort(),
  );
  for (const { name, schema } of jsonSchemas()) {
    expect(readJson(join(folder, name)), name).toEqual(JSON.parse(JSON.stringify(schema)));
  }
});

const $schema = './some.schema.json';
const region = 'eu-central-1';
const examples: [file: string, content: object, read: (root: string) => unknown][] = [
  [
    'functions/topology.json',
    {
      $schema,
      active: 'micro',
      topologies: { nano: [], micro: [] },
      isolation: { '*': 'thread' },
    },
    readTopologyFile,
  ],
  [
    'functions/stages.json',
    {
      $schema,
      application: 'shop',
      stages: {
        dev: { region },
        prod: {
          region,
          logRetentionDays: 90,
          jwt: { issuer: 'https://issuer.example', audience: ['shop'], roleClaim: 'roles' },
          cors: { allowOrigins: ['https://shop.example'], allowCredentials: true },
          throttling: { rateLimit: 10, burstLimit: 20 },
          environment: { CURRENCY: 'EUR' },
          vpc: { subnetIds: ['subnet-1'], securityGroupIds: ['sg-1'] },
          databaseUrlParameter: '/shop/database',
          databaseUrlKeyArn: 'arn:aws:kms:eu-central-1:123456789012:key/1',
          maxConnections: 80,
          tags: { team: 'orders' },
        },
      },
    },
    readStages,
  ],
  [
    'functions/api.json',
    {
      $schema,
      cors: { allowOrigins: ['*'], allowMethods: ['GET'], maxAge: -1 },
      jwt: { issuer: 'https://issuer.example', audience: ['shop'] },
      localCaller: { subject: 'auth0|64f1', scopes: ['support'], claims: { tenant: 'a', roles: ['b'] } },
    },
    readApiFile,
  ],
  [
    'functions/traffic.json',
    {
      $schema,
      endpoints: { 'get-order': { requestsPerSecond: 0.5, path: '/orders/1' }, '*': 0.001 },
      idleMinutes: 5,
      architecture: 'x86_64',
      durationFactor: 0.5,
      prices: { usdPerGbSecond: 0 },
      weights: { cost: 0 },
      limits: { functions: 20 },
    },
    readTrafficFile,
  ],
];

describe.each(examples)('%s', (file, content, read) => {
  it('with "$schema" and every key is read, and no editor marks it', () => {
    using shop = new TemporaryWorkspace({ [file]: content });
    expect(() => read(shop.root)).not.toThrow();
    expect(errorsIn(file, content)).toEqual([]);
  });

  it('with an unknown key is refused, and an editor marks it', () => {
    const wrong = { ...content, colour: 'red' };
    using shop = new TemporaryWorkspace({ [file]: wrong });
    expect(() => read(shop.root)).toThrow(/colour/);
    expect(errorsIn(file, wrong)).toEqual([' must NOT have additional properties']);
  });
});

it.each([
  [
    'functions/topology.json',
    { isolation: 'container' },
    '/isolation must be equal to one of the allowed values',
  ],
  ['functions/topology.json', { topologies: { nano: 'orders' } }, '/topologies/nano must be array'],
  ['functions/stages.json', { application: 'Shop', stages: {} }, /^\/application must match pattern/],
  [
    'functions/stages.json',
    { application: 'shop', stages: { dev: { region: 'europe' } } },
    /^\/stages\/dev\/region must match/,
  ],
  [
    'functions/stages.json',
    { application: 'shop', stages: { dev: { region, logRetentionDays: 10 } } },
    /^\/stages\/dev\/logRetentionDays must be equal to one of/,
  ],
  [
    'functions/api.json',
    { jwt: { issuer: 'http://issuer.example', audience: ['a'] } },
    /^\/jwt\/issuer must match pattern "\^https:/,
  ],
  ['functions/traffic.json', { endpoints: { '*': -1 } }, /^\/endpoints\/\* must be >= 0/],
  [
    'package.json',
    { lambda: { awsSdk: 'none' } },
    '/lambda/awsSdk must be equal to one of the allowed values',
  ],
  ['package.json', { lambda: { memory: 512 } }, '/lambda must NOT have additional properties'],
  ['package.json', { lambda: { ephemeralStorage: 100 } }, '/lambda/ephemeralStorage must be >= 512'],
  ['package.json', { lambda: { layers: ['fonts'] } }, /^\/lambda\/layers\/0 must match pattern/],
  ['package.json', { lambda: { include: ['../x'] } }, /^\/lambda\/include\/0 must match pattern/],
])('an editor marks a mistake in %s: %j', (file, content, mark) => {
  expect(errorsIn(file, content)).toContainEqual(
    typeof mark === 'string' ? mark : expect.stringMatching(mark),
  );
});
