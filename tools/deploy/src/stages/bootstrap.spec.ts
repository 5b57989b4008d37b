import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { PackedApplication, Stage } from '@nanoservices/model';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { packedFunction, shopStage } from '../testing/shop.ts';
import { type BootstrapRequest, type BootstrapStep, bootstrapStage } from './bootstrap.ts';

// A stand-in for AWS Systems Manager on a real socket.
let stored: Map<string, { readonly Value: string; readonly KeyId?: string }>;
const ssm = createServer(async (request, response) => {
  const operation = `${request.headers['x-amz-target']}`.replace('AmazonSSM.', '');
  const answer = (status: number, content: object) =>
    response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(JSON.stringify(content));
  // The question for the stack of the stage, which is not deployed yet.
  if (request.headers['x-amz-target'] === undefined) return void response.writeHead(400).end();
  const body = JSON.parse(await text(request));
  if (operation === 'PutParameter') {
    stored.set(body.Name, body);
    return void answer(200, { Version: 1 });
  }
  const found = [body.Name, body.Names].flat().flatMap((Name) => {
    const { Value } = stored.get(Name) ?? {};
    return Value === undefined
      ? []
      : [{ Name, Value: body.WithDecryption ? Value : 'encrypted', LastModifiedDate: 1764331200 }];
  });
  if (operation === 'GetParameters') return void answer(200, { Parameters: found });
  if (found.length === 0) return void answer(400, { __type: 'ParameterNotFound' });
  answer(200, { Parameter: found[0] });
});
beforeAll(() => new Promise<void>((resolve) => ssm.listen(0, '127.0.0.1', resolve)));
afterAll(() => {
  ssm.closeAllConnections();
  ssm.close();
});

let steps: BootstrapStep[];
beforeEach(() => {
  stored = new Map();
  steps = [];
  const { port } = ssm.address() as AddressInfo;
  const variables = {
    ...{ AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test', AWS_SESSION_TOKEN: undefined },
    ...{ AWS_PROFILE: undefined, DEPLOY_DATABASE_URL: undefined },
    AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const jwt = { issuer: 'https://issuer.example.com/', audience: ['shop'] };
const variable = { name: 'PAY_KEY', isSecret: true, isRequired: true };

async function bootstrap(
  changes: Partial<BootstrapRequest> = {},
  own: Parameters<typeof packedFunction>[0] = {},
) {
  const packed = packedFunction(own);
  const application = { functions: [packed], routes: packed.routes } as unknown as PackedApplication;
  await bootstrapStage({
    ...{
      stage: shopStage({ jwt }),
      parent: undefined,
      application,
      isDryRun: false,
      askDatabaseUrl: undefined,
    },
    deployPlatform: async () => ({ action: 'skip', reason: 'unchanged' }),
    done: (step) => steps.push(step),
    ...changes,
  });
  return Object.fromEntries(steps.map(({ name, state }) => [name, state]));
}
const textOf = (name: BootstrapStep['name']) => steps.find((step) => step.name === name)?.text;

// Nothing listens there.
const url = 'postgresql://owner:p@127.0.0.1:1/shop?sslmode=disable';

it('says how to store a connection string when there is nobody to ask', async () => {
  expect(await bootstrap()).toEqual({ account: 'there', database: 'left', platform: 'there' });
  expect(textOf('database')).toContain(
    'aws ssm put-parameter --region eu-central-1 --name /shop/dev/database-url --type SecureString',
  );
});

it('stores the connection string that a person gives, with the key of the stage, and tries it', async () => {
  const key = 'arn:aws:kms:eu-central-1:1:key/k';
  const stage = shopStage({ jwt, databaseUrlKeyArn: key });
  const states = await bootstrap({ stage, askDatabaseUrl: async () => ` ${url}\n` });
  expect(stored.get('/shop/dev/database-url')).toMatchObject({
    Value: url,
    KeyId: key,
    Type: 'SecureString',
  });
  expect(states.database).toBe('left');
  expect(textOf('database')).toMatch(/nothing listens at 127\.0\.0\.1:1.*tunnel in DEPLOY_DATABASE_URL/);
});

it.each([
  ['leaves TLS open', 'postgres://owner@db.example.com/shop', /has no sslmode/],
  ['is none', 'shop', /does not begin with postgresql/],
  ['is of a socket', 'postgres://owner@%2Frun/shop', /Unix socket/],
])('refuses a connection string that %s', async (_, given, message) => {
  await expect(bootstrap({ askDatabaseUrl: async () => given })).rejects.toThrow(message);
  expect(stored.size).toBe(0);
});

it('asks nobody and stores nothing in a dry run', async () => {
  const askDatabaseUrl = vi.fn();
  expect(await bootstrap({ isDryRun: true, askDatabaseUrl })).toMatchObject({ database: 'left' });
  expect(askDatabaseUrl).not.toHaveBeenCalled();
  expect(stored.size).toBe(0);
});

it('asks for no database where no function uses one', async () => {
  expect(await bootstrap({}, { usesDatabase: false })).toEqual({ account: 'there', platform: 'there' });
});

it('names the secrets that are missing', async () => {
  const states = await bootstrap({}, { usesDatabase: false, variables: [variable as never] });
  expect(states.secrets).toBe('left');
  expect(textOf('secrets')).toContain('npx nanos secret set PAY_KEY --stage dev');
});

it('writes the parameter of a preview before its database is made, so that removal finds what was stopped', async () => {
  const parent = shopStage({ jwt });
  const stage: Stage = { ...parent, name: 'pr-12', preview: { pattern: 'pr-*', inherits: 'dev' } };
  stored.set('/shop/dev/database-url', { Value: url });
  await expect(bootstrap({ stage, parent, isDryRun: true })).rejects.toThrow(/nothing listens/);
  expect(stored.size).toBe(1);
  await expect(bootstrap({ stage, parent })).rejects.toThrow(/nothing listens/);
  expect(stored.get('/shop/pr-12/database-url')?.Value).toBe(url.replace('/shop?', '/shop-pr-12?'));
});

it('gives a preview the secrets that functions can lack, too, and misses none that is set nowhere', async () => {
  const parent = shopStage({ jwt });
  const stage: Stage = { ...parent, name: 'pr-12', preview: { pattern: 'pr-*', inherits: 'dev' } };
  const optional = ['MAIL_KEY', 'MAP_KEY'].map((name) => ({ name, isSecret: true, isRequired: false }));
  stored.set('/shop/dev/get-customer/MAIL_KEY', { Value: 'm_1' });
  expect(await bootstrap({ stage, parent }, { usesDatabase: false, variables: optional as never })).toEqual({
    ...{ account: 'there', platform: 'there', secrets: 'made' },
  });
  expect(textOf('secrets')).toBe('MAIL_KEY of get-customer, as on dev');
  expect(stored.get('/shop/pr-12/get-customer/MAIL_KEY')?.Value).toBe('m_1');
  expect(stored.size).toBe(2);
});

it('gives a preview the secrets of the stage that it inherits from, and keeps its own', async () => {
  const parent = shopStage({ jwt });
  const stage: Stage = { ...parent, name: 'pr-12', preview: { pattern: 'pr-*', inherits: 'dev' } };
  const packed = { usesDatabase: false, variables: [variable as never] };
  stored.set('/shop/dev/get-customer/PAY_KEY', { Value: 'sk_1' });
  expect(await bootstrap({ stage, parent, isDryRun: true }, packed)).toMatchObject({ secrets: 'made' });
  expect(stored.size).toBe(1);
  steps = [];
  expect(await bootstrap({ stage, parent }, packed)).toMatchObject({ secrets: 'made' });
  expect(textOf('secrets')).toBe('PAY_KEY of get-customer, as on dev');
  expect(stored.get('/shop/pr-12/get-customer/PAY_KEY')?.Value).toBe('sk_1');
  stored.set('/shop/pr-12/get-customer/PAY_KEY', { Value: 'sk_2' });
  steps = [];
  expect(await bootstrap({ stage, parent }, packed)).not.toHaveProperty('secrets');
  expect(stored.get('/shop/pr-12/get-customer/PAY_KEY')?.Value).toBe('sk_2');
});
