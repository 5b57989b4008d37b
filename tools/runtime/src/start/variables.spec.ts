import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startApi } from './start-api.ts';
import type { StartedApi } from './started-api.ts';

// An API without a database, whose one endpoint declares variables.
let shop: TemporaryWorkspace;
let notices: string[];
let heard: PromiseWithResolvers<void>;

const contractWith = (env: string) => `
  import { contract, secret } from '@nanoservices/endpoint';
  import * as z from 'zod/mini';
  export const it = contract({
    name: 'get-rate', method: 'GET', path: '/rate', summary: 'x', access: 'public', response: z.looseObject({}),
    env: z.object({ ${env} }),
  });`;
const contract = 'functions/orders/get-rate/src/contract.ts';

beforeEach(() => {
  notices = [];
  heard = Promise.withResolvers();
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'functions/tsconfig.json': '{}',
  });
  shop.endpoint('functions/orders/get-rate', {
    dependencies: { '@nanoservices/endpoint': '*', zod: '*' },
    contract: contractWith('RATE_KEY: secret(), PAGE_SIZE: z._default(z.coerce.number(), 20)'),
    handler: `
      import { endpoint } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      export const handler = endpoint(it, async ({ env }) => env);`,
  });
  shop.withFramework('zod');
  vi.stubEnv('RATE_KEY', 'of the shell');
});
afterEach(() => {
  vi.unstubAllEnvs();
  shop[Symbol.dispose]();
});

const start = () =>
  startApi({
    root: shop.root,
    watch: true,
    onNotice: ({ text }) => {
      notices.push(text);
      heard.resolve();
      heard = Promise.withResolvers();
    },
  });

async function told(text: string | RegExp): Promise<void> {
  while (!notices.some((one) => one.match(text))) await heard.promise;
}

async function rate({ url }: StartedApi): Promise<unknown> {
  const response = await fetch(`${url}/rate`);
  return response.ok ? response.json() : response.status;
}

it('are named while they are missing, and come from .env.local when it is saved', async () => {
  await using api = await start();
  expect(notices).toEqual([
    `get-rate needs RATE_KEY (${contract}), which is not set. Write NAME=value into .env.local; npx nanos env makes an example of it.`,
  ]);
  expect(await rate(api)).toBe(500);

  shop.write('.env.local', 'RATE_KEY=rate-1\n');
  await told('all variables are set');
  expect(await rate(api)).toEqual({ RATE_KEY: 'rate-1', PAGE_SIZE: 20 });

  notices.length = 0;
  shop.write('.env.local', 'RATE_KEY=rate-2\nPAGE_SIZE=5\n');
  await told('get-rate built');
  expect(await rate(api)).toEqual({ RATE_KEY: 'rate-2', PAGE_SIZE: 5 });

  notices.length = 0;
  shop.write(contract, contractWith('RATE_KEY: secret(), RATE_URL: z.string()'));
  await told(/needs RATE_URL/);

  notices.length = 0;
  shop.write('.env.local', 'RATE_KEY=rate-2\nRATE_URL=https://rates.example\n');
  await told('all variables are set');
  expect(await rate(api)).toEqual({ RATE_KEY: 'rate-2', RATE_URL: 'https://rates.example' });
});

it('are masked in what the Lambda API tells of a function, if they are secret', async () => {
  shop.write(contract, contractWith('RATE_CODE: secret(), MODE: z.string()'));
  shop.write('.env.local', 'RATE_CODE=rate-1\nMODE=test\n');
  await using api = await start();
  expect(notices).toEqual([]);
  const client = new LambdaClient({
    endpoint: api.lambdaUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: api.accessKey, secretAccessKey: api.accessKey },
  });
  const { Environment } = await client.send(
    new GetFunctionConfigurationCommand({ FunctionName: 'get-rate' }),
  );
  expect(Environment?.Variables).toMatchObject({ RATE_CODE: '***', MODE: 'test' });
  client.destroy();
});
