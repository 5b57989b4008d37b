import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type IncomingMessage, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentStarter } from '../environment/start-environment.ts';
import { authorization, credentialVariables, newAccessKey } from './access-key.ts';
import { Lambda } from './lambda.ts';
import { lambdaService } from './lambda-service.ts';

const accessKey = newAccessKey();
const own = authorization(accessKey);
let folder: string;
let lambda: Lambda;
let server: Server;
let port: number;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-'));
  const bundle = join(folder, 'bundle.mjs');
  writeFileSync(bundle, 'export const handler = async (event) => event;');
  lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  lambda.put({
    functionName: 'echo',
    bundle,
    memorySize: 128,
    timeout: 5,
    environment: {
      STAGE: 'local',
      // secretlint-disable-next-line @secretlint/secretlint-rule-database-connection-string
      DATABASE_URL: 'postgres://app:p@ss:w0rd@127.0.0.1:5432/shop?x=1',
      CARRIER_API_KEY: 'carrier-key',
      ...credentialVariables(accessKey),
    },
    logFormat: 'JSON',
    isolation: 'process',
  });
  server = lambdaService(lambda, { accessKey, warn: () => {} }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});

afterAll(async () => {
  await lambda.stop();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

async function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body?: string,
): Promise<{ status: number | undefined; headers: object; body: Record<string, unknown> }> {
  const sent = request({ port, host: '127.0.0.1', method, path, headers }).end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return {
    status: response.statusCode,
    headers: response.headers,
    body: (await json(response)) as Record<string, unknown>,
  };
}

const invoke = '/2015-03-31/functions/echo/invocations';
const list = '/2015-03-31/functions/';
const attack = JSON.stringify({ requestContext: { authorizer: { jwt: { claims: { sub: 'anyone' } } } } });

describe('a request is refused', () => {
  it.each<[string, Record<string, string>, string]>([
    [
      'a page, which cannot set the header',
      { 'content-type': 'text/plain', origin: 'https://evil.example' },
      'AccessDenied',
    ],
    ['a page that has the key', { ...own, origin: 'https://evil.example' }, 'AccessDenied'],
    ['a page without a name', { ...own, origin: 'null' }, 'AccessDenied'],
    [
      'a page of another port',
      { ...own, host: 'localhost:3001', origin: 'http://localhost:5173' },
      'AccessDenied',
    ],
    ['a page whose name points here', { ...own, host: 'evil.example:3001' }, 'AccessDenied'],
    ['an address of the network', { ...own, host: '192.0.2.7:3001' }, 'AccessDenied'],
    ['a page of another site', { ...own, 'sec-fetch-site': 'cross-site' }, 'AccessDenied'],
    ['a page of this site', { ...own, 'sec-fetch-site': 'same-site' }, 'AccessDenied'],
    ['nobody', {}, 'MissingAuthenticationToken'],
    ['a client with another key', authorization('AKIAIOSFODNN7EXAMPLE'), 'UnrecognizedClient'],
    ['a client with the key of another start', authorization(newAccessKey()), 'UnrecognizedClient'],
    ['a client with the beginning of the key', authorization(accessKey.slice(0, -1)), 'UnrecognizedClient'],
    ['a token of the HTTP API', { authorization: `Bearer ${accessKey}` }, 'UnrecognizedClient'],
    ['an empty key', authorization(''), 'UnrecognizedClient'],
    ['a client with credentials for AWS', authorization('ASIAIOSFODNN7EXAMPLE'), 'UnrecognizedClient'],
  ])('from %s', async (_, headers, type) => {
    for (const [method, path] of [
      ['POST', invoke],
      ['POST', '/2021-11-15/functions/echo/response-streaming-invocations'],
      ['GET', list],
      ['GET', '/2015-03-31/functions/echo'],
      ['OPTIONS', invoke],
      ['GET', '/'],
    ] as const) {
      const answer = await send(method, path, headers, method === 'POST' ? attack : undefined);
      expect(answer).toMatchObject({ status: 403, headers: { 'x-amzn-errortype': `${type}Exception` } });
      expect(JSON.stringify(answer)).not.toMatch(/access-control|echo|w0rd/);
    }
  });
});

it.each<[string, Record<string, string>]>([
  ['an address of loopback', {}],
  ['a forwarded port', { host: 'localhost:13001' }],
  ['IPv6', { host: '[::1]:3001' }],
  ['the address bar of a browser', { 'sec-fetch-site': 'none' }],
])('a request with the key is answered: by %s', async (_, headers) => {
  expect(await send('POST', invoke, { ...own, ...headers }, '{"a":1}')).toMatchObject({
    status: 200,
    body: { a: 1 },
  });
});

it('descriptions have no secret, and no variables of the runtime', async () => {
  const shown = {
    STAGE: 'local',
    // secretlint-disable-next-line @secretlint/secretlint-rule-database-connection-string
    DATABASE_URL: 'postgres://app:***@127.0.0.1:5432/shop?x=1',
    CARRIER_API_KEY: '***',
  };
  const one = { Environment: { Variables: shown } };
  for (const [path, expected] of [
    ['/2015-03-31/functions/echo', { Configuration: one }],
    ['/2015-03-31/functions/echo/configuration', one],
    ['/2015-03-31/functions/echo/versions', { Versions: [one] }],
    [list, { Functions: [one] }],
    [`${list}?FunctionVersion=ALL`, { Functions: [one] }],
  ] as const) {
    const { body } = await send('GET', path, own);
    expect(body).toMatchObject(expected);
    expect(JSON.stringify(body)).not.toContain(accessKey);
  }
});

describe('an address with the key', () => {
  const aws = authorization('AKIAIOSFODNN7EXAMPLE');

  it('is answered, whatever the signature', async () => {
    expect(await send('POST', `/${accessKey}${invoke}`, aws, '{"a":1}')).toMatchObject({
      status: 200,
      body: { a: 1 },
    });
    expect((await send('GET', `/${accessKey}${list}`, {})).status).toBe(200);
  });

  it.each([`/${accessKey.slice(0, -1)}`, `/${newAccessKey()}`, '/'])(
    'of another start is refused: %s',
    async (key) => {
      expect((await send('POST', `${key}${invoke}`, aws, '{}')).status).toBe(403);
    },
  );

  it('is refused to a page', async () => {
    const page = { origin: 'https://evil.example' };
    expect((await send('POST', `/${accessKey}${invoke}`, page, '{}')).status).toBe(403);
  });
});
