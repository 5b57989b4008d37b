import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { authorization as keyOf } from '../lambda/access-key.ts';
import { startApi } from './start-api.ts';
import { startScreen } from './start-screen.ts';
import type { Notice, ReportEvent, StartedApi } from './started-api.ts';

// A whole API without a database, in a workspace written here.
let shop: TemporaryWorkspace;
let api: StartedApi;
const reports: ReportEvent[] = [];
const notices: Notice[] = [];
/** Milliseconds after which something hangs. */
const eventually = 120_000;

function endpoint(name: string, path: string, definition: string, body: string, lambda = {}): void {
  shop.endpoint(`functions/orders/${name}`, {
    lambda,
    dependencies: { '@nanoservices/endpoint': '*', zod: '*' },
    contract: `
      import { contract } from '@nanoservices/endpoint';
      import * as z from 'zod/mini';
      export const it = contract({
        name: '${name}', method: 'GET', path: '${path}', summary: 'x', response: z.looseObject({}), ${definition}
      });`,
    handler: `
      import { endpoint } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      export const handler = endpoint(it, async ({ caller, call }) => (${body}));`,
  });
}

beforeAll(async () => {
  vi.stubEnv('NANO_TOPOLOGY', undefined);
  // A place and a language that are not those of Lambda.
  vi.stubEnv('TZ', 'America/New_York');
  vi.stubEnv('LC_ALL', 'de_DE.UTF-8');
  shop = new TemporaryWorkspace({
    'package.json': { name: 'shop', version: '1.2.3', type: 'module' },
    'functions/tsconfig.json': '{}',
    'functions/orders/package.json': { name: '@shop/orders', unit: {} },
    'functions/topology.json': { topologies: { nano: [], micro: ['orders'] }, isolation: 'thread' },
    'functions/api.json': { localCaller: { subject: 'auth0|64f1', scopes: ['support'] } },
  });
  endpoint('get-stock', '/stock', `access: 'public'`, `{ stock: 3 }`);
  endpoint('get-level', '/level', `access: 'public'`, '{ level: process.env.AWS_LAMBDA_LOG_LEVEL }', {
    logLevel: 'DEBUG',
  });
  endpoint('get-table', '/table', `access: 'public'`, '{ table: process.env.TABLE }', {
    environment: { TABLE: 'orders-{stage}' },
  });
  endpoint('get-time', '/time', `access: 'public'`, '{ zero: new Date(0).toLocaleString() }');
  endpoint('list-orders', '/orders', `access: { scope: 'support' }`, '{ caller: caller.subject }');
  shop.withFramework();
  api = await startApi({
    root: shop.root,
    topology: 'micro',
    onReport: (event) => reports.push(event),
    onNotice: (notice) => notices.push(notice),
  });
});

afterAll(async () => {
  await api?.stop();
  shop[Symbol.dispose]();
  vi.unstubAllEnvs();
});

/** Starts an API that reacts to saved files. @param told - gets the texts of its notices */
const startWatching = (told: string[]) =>
  startApi({ root: shop.root, watch: true, onNotice: ({ text }) => told.push(text) });

const authorization = () => ({ authorization: `Bearer ${api.token}` });

describe('a started API', () => {
  it('is an object with addresses, application and token', async () => {
    expect(api).toMatchObject({
      host: '127.0.0.1',
      unbuilt: [],
      hasCors: false,
      database: 'none: no contract declares a table',
      issuer: 'urn:nanoservices:local-issuer',
    });
    expect(api.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(api.application.topology).toBe('micro');
    expect(api.application.functions.map(({ name }) => name)).toEqual(['orders']);
    expect(api.isolationOf('orders')).toBe('thread');
    expect(process.kill(api.pid, 0)).toBe(true);
    expect(notices).toEqual([]);
  });

  it('answers the local caller, whatever the form of its subject, and reports each invocation', async () => {
    const response = await fetch(`${api.url}/orders`, { headers: authorization() });
    expect(await response.json()).toEqual({ caller: 'auth0|64f1' });
    expect((await fetch(`${api.url}/orders`)).status).toBe(401);
    await vi.waitFor(() => expect(reports).toHaveLength(1), eventually);
    expect(reports[0]).toMatchObject({ functionName: 'orders', report: { status: 'success' } });
    expect(reports[0]?.report.initDurationMs).toBeGreaterThan(0);
  });

  it('serves the HTTP API on any address and the Lambda API on loopback, to clients with its key', async () => {
    await using open = await startApi({ root: shop.root, host: '0.0.0.0', topology: 'micro' });
    const { port } = new URL(open.url);
    const { hostname, port: lambdaPort } = new URL(open.lambdaUrl);
    expect([open.host, hostname]).toEqual(['0.0.0.0', '127.0.0.1']);
    expect((await fetch(`http://127.0.0.2:${port}/stock`)).status).toBe(200);
    const path = '/2015-03-31/functions';
    const headers = keyOf(open.accessKey);
    await expect(fetch(`http://127.0.0.2:${lambdaPort}${path}`, { headers })).rejects.toThrow();
    expect((await fetch(open.lambdaUrl + path, { headers })).status).toBe(200);
    expect((await fetch(open.lambdaUrl + path, { headers: keyOf(api.accessKey) })).status).toBe(403);
  });

  it('gives a function its log level, or the level of this start', async () => {
    const levelOf = async ({ url }: StartedApi) => (await fetch(`${url}/level`)).json();
    expect(await levelOf(api)).toEqual({ level: 'DEBUG' });
    await using louder = await startApi({ root: shop.root, topology: 'micro', logLevel: 'WARN' });
    expect(await levelOf(louder)).toEqual({ level: 'WARN' });
  });

  it.each(['process', 'thread'] as const)(
    'runs a %s in the time zone and language of Lambda',
    async (isolation) => {
      await using abroad = await startApi({ root: shop.root, isolation });
      const response = await fetch(`${abroad.url}/time`);
      expect(await response.json()).toEqual({ zero: '1/1/1970, 12:00:00 AM' });
    },
  );

  it('gives a function of several endpoints the environment variables of all of them', async () => {
    expect(await (await fetch(`${api.url}/table`)).json()).toEqual({ table: 'orders-local' });
  });

  it('has a reference of its contracts', async () => {
    expect(api.referenceUrl).toBe(`${api.url}/docs`);
    const document = await (await fetch(`${api.url}/openapi.json`)).json();
    expect(document).toMatchObject({ info: { title: 'shop' }, paths: { '/stock': {}, '/orders': {} } });
  });

  it('cannot start twice at one address', async () => {
    const port = Number(new URL(api.url).port);
    await expect(startApi({ root: shop.root, port })).rejects.toThrow(
      `Port ${port} is taken. Stop what uses it, or choose another: --port ${port + 10}`,
    );
  });
});

describe('AWS credentials of this machine', () => {
  const keyOfFunction = async ({ url }: StartedApi, path: string) =>
    (await (await fetch(url + path)).json()) as { key: string; stock?: unknown };

  beforeAll(() => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'example');
    vi.stubEnv('AWS_SESSION_TOKEN', undefined);
    const contractOf = (name: string, definition: string) => `
      import { contract } from '@nanoservices/endpoint';
      import * as z from 'zod/mini';
      import { it as stock } from '../../get-stock/src/contract.ts';
      export const it = contract({ name: '${name}', method: 'GET', path: '/${name}', summary: 'x', access: 'public',
        response: z.looseObject({}), calls: [stock], ${definition} });`;
    const handler = `
      import { endpoint } from '@nanoservices/endpoint';
      import { it } from './contract.ts';
      import { it as stock } from '../../get-stock/src/contract.ts';
      export const handler = endpoint(it, async ({ call }) => (
        { key: process.env.AWS_ACCESS_KEY_ID, session: process.env.AWS_SESSION_TOKEN, ...(await call(stock, {})) }));`;
    const dependencies = { '@nanoservices/endpoint': '*', '@shop/get-stock': '*', zod: '*' };
    const permissions = `permissions: [{ actions: ['s3:GetObject'], resources: ['arn:aws:s3:::reports/*'] }]`;
    const files = (name: string, definition: string) => ({
      contract: contractOf(name, definition),
      ...{ handler, dependencies },
    });
    shop.endpoint('functions/orders/get-report', files('get-report', permissions));
    shop.endpoint('functions/orders/get-other', files('get-other', ''));
  });
  afterAll(() => {
    for (const name of ['get-report', 'get-other']) shop.remove(`functions/orders/${name}`);
    for (const name of ['ACCESS_KEY_ID', 'SECRET_ACCESS_KEY', 'SESSION_TOKEN']) {
      vi.stubEnv(`AWS_${name}`, undefined);
    }
  });

  it.each(['process', 'thread'] as const)(
    'are for functions with permissions, which call others as before: in a %s',
    async (isolation) => {
      const told: string[] = [];
      await using started = await startApi({
        ...{ root: shop.root, topology: 'nano', isolation, awsCredentials: true },
        onNotice: ({ text }) => told.push(text),
      });
      expect(await keyOfFunction(started, '/get-report')).toEqual({
        ...{ key: 'AKIAIOSFODNN7EXAMPLE', session: '', stock: 3 },
      });
      expect(await keyOfFunction(started, '/get-other')).toMatchObject({
        key: started.accessKey,
        stock: 3,
      });
      expect(told).toEqual(['AWS credentials AKIAIOSFODNN7EXAMPLE are for get-report.']);
    },
  );

  it('stay here unless they are asked for', async () => {
    await using started = await startApi({ root: shop.root, topology: 'nano' });
    expect(await keyOfFunction(started, '/get-report')).toMatchObject({ key: started.accessKey });
  });

  it('that are missing are told', async () => {
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_CONFIG_FILE', '/nowhere');
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
    vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
    await expect(startApi({ root: shop.root, awsCredentials: true })).rejects.toThrow(
      /^--aws-credentials: there are none\. .*aws sso login/,
    );
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'AKIAIOSFODNN7EXAMPLE');
  });
});

describe('the start screen', () => {
  const line = (start: string) =>
    stripVTControlCharacters(startScreen(api))
      .split('\n')
      .find((one) => one.trim().startsWith(start)) ?? '';
  // A shell that knows nothing of AWS.
  const { PATH, HOME } = process.env;
  const shell = async (command: string) =>
    (await promisify(execFile)('sh', ['-c', command], { env: { PATH, HOME } })).stdout;

  it('prints a request that works as printed', async () => {
    expect(JSON.parse(await shell(line('curl').replace('curl', 'curl -sS')))).toEqual({
      caller: 'auth0|64f1',
    });
  });

  it.runIf(hasProgram('aws'))('prints an invocation that works as printed', async () => {
    const printed = await shell(line('echo'));
    // The payload of the function, and the AWS CLI's lines about it.
    expect(printed).toContain('{"statusCode":204}');
    expect(printed).toMatch(/"StatusCode": 200/);
    expect(printed).not.toContain('FunctionError');
  });
});

it('reports a function that cannot be built, and serves the others', async () => {
  endpoint('get-order', '/orders/first', `access: 'public'`, `missing(`);
  const told: Notice[] = [];
  await using broken = await startApi({ root: shop.root, onNotice: (notice) => told.push(notice) });
  shop.remove('functions/orders/get-order');
  expect(broken.unbuilt).toEqual(['get-order']);
  expect(broken.isolationOf('get-order')).toBeUndefined();
  expect(told).toEqual([{ level: 'error', text: expect.stringMatching(/^get-order cannot be built\./) }]);
  expect(await (await fetch(`${broken.url}/stock`)).json()).toEqual({ stock: 3 });
});

it('a saved handler is rebuilt, and a saved contract changes the routes', async () => {
  const told: string[] = [];
  await using watching = await startWatching(told);
  const stock = async (path = '/stock') => (await fetch(`${watching.url}${path}`)).json();
  expect(await stock()).toEqual({ stock: 3 });
  endpoint('get-stock', '/stock', `access: 'public'`, `{ stock: 4 }`);
  await vi.waitFor(async () => expect(await stock()).toEqual({ stock: 4 }), eventually);
  endpoint('get-stock', '/warehouse/stock', `access: 'public'`, `{ stock: 5 }`);
  await vi.waitFor(async () => expect(await stock('/warehouse/stock')).toEqual({ stock: 5 }), eventually);
  expect(await stock()).toEqual({ message: 'Not Found' });
  expect(told).toContainEqual(expect.stringMatching(/^↻ get-stock built in \d+ ms$/));
  expect(told).toContainEqual('↻ routes');
});

it('a mistake is told once, and once more when it is mended', async () => {
  const told: string[] = [];
  await using watching = await startWatching(told);
  const topology = 'functions/topology.json';
  const right = readFileSync(join(shop.root, topology), 'utf8');
  shop.write(topology, '{ "topologies": { "nano": ["odrers"] } }');
  await vi.waitFor(() => expect(told.join()).toContain('"odrers"'), eventually);
  // Other files are saved meanwhile.
  endpoint('get-table', '/table', `access: 'public'`, `{ table: 7 }`);
  const table = async () => (await fetch(`${watching.url}/table`)).json();
  await vi.waitFor(async () => expect(await table()).toEqual({ table: 7 }), eventually);
  expect(told.filter((text) => text.includes('odrers'))).toEqual([
    expect.stringMatching(/odrers(?:.|\n)*\nThe settings before stay\.$/),
  ]);
  shop.write(topology, right);
  await vi.waitFor(() => expect(told).toContain('✓ the settings are right again'), eventually);
  shop.write('functions/orders/get-table/src/handler.ts', 'export const handler = ;');
  const complaints = () => told.filter((text) => text.startsWith('get-table cannot be built.'));
  await vi.waitFor(() => expect(complaints()).toHaveLength(1), eventually);
  endpoint('get-time', '/time', `access: 'public'`, '{ zero: 1 }');
  await vi.waitFor(() => expect(told.join()).toContain('↻ get-time built'), eventually);
  expect(complaints()).toHaveLength(1);
  endpoint('get-table', '/table', `access: 'public'`, `{ table: 8 }`);
  await vi.waitFor(async () => expect(await table()).toEqual({ table: 8 }), eventually);
});

it('a topology that does not exist is refused before anything is started', async () => {
  const steps: string[] = [];
  const starting = startApi({ root: shop.root, topology: 'tiny', onProgress: (step) => steps.push(step) });
  await expect(starting).rejects.toThrow(
    'functions/topology.json: there is no topology "tiny". There are: nano, micro.',
  );
  expect(steps).toEqual([]);
});

it('tokens come from the issuer of functions/api.json, where it names one', async () => {
  const issuer = 'https://issuer.example';
  shop.write('functions/api.json', { jwt: { issuer, audience: ['shop'] }, cors: { allowOrigins: ['*'] } });
  await using other = await startApi({ root: shop.root });
  shop.write('functions/api.json', {});
  expect(other).toMatchObject({ issuer, token: undefined, hasCors: true });
});

it('tokens are like those of the provider of functions/api.json, and roles come from the claim that it names', async () => {
  shop.write('functions/api.json', {
    jwt: { like: 'cognito', roleClaim: 'cognito:groups' },
    localCaller: { subject: 'ida', claims: { 'cognito:groups': ['keepers', 'buyers'] } },
  });
  endpoint('get-caller', '/caller', `access: 'user'`, '{ ...caller, claims: caller.claims.token_use }');
  await using other = await startApi({ root: shop.root });
  shop.write('functions/api.json', {});
  shop.remove('functions/orders/get-caller');
  const response = await fetch(`${other.url}/caller`, { headers: { authorization: `${other.token}` } });
  expect(await response.json()).toEqual({
    issuer: other.issuer,
    subject: expect.stringMatching(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/),
    scopes: ['aws.cognito.signin.user.admin'],
    roles: ['keepers', 'buyers'],
    claims: 'access',
  });
  expect(other.issuer).toMatch(/^https:\/\/cognito-idp\./);
});

describe('an aborted start', () => {
  const cancelled = new Error('cancelled');
  const leftovers = () =>
    readdirSync(join(shop.root, 'node_modules/.cache/runtime')).filter((name) => name.startsWith('start-'));

  it('ends the process that reads the contracts', async () => {
    // The contract waits for this server, which never answers.
    const warehouse = createServer().listen(0, '127.0.0.1');
    await once(warehouse, 'listening');
    const { port } = warehouse.address() as AddressInfo;
    endpoint('get-wait', '/wait', `access: await fetch('http://127.0.0.1:${port}')`, '{}');
    const cancel = new AbortController();
    const asked = once(warehouse, 'request') as Promise<[unknown, ServerResponse]>;
    const starting = startApi({ root: shop.root, signal: cancel.signal });
    const [, response] = await asked;
    const ended = once(response, 'close');
    cancel.abort(cancelled);
    await expect(starting).rejects.toBe(cancelled);
    await ended;
    shop.remove('functions/orders/get-wait');
    warehouse.close();
  });

  it.each(['database and routes', '1 of 1 functions built', 'serving process'])(
    'leaves nothing behind when it is aborted in the step: %s',
    async (last) => {
      const before = leftovers();
      const cancel = new AbortController();
      const steps: string[] = [];
      const starting = startApi({
        root: shop.root,
        topology: 'micro',
        signal: cancel.signal,
        onProgress: (step) => {
          steps.push(step);
          if (step === last) cancel.abort(cancelled);
        },
      });
      await expect(starting).rejects.toBe(cancelled);
      expect(steps.at(-1)).toBe(last);
      expect(leftovers()).toEqual(before);
    },
  );

  it('ends the serving process', async () => {
    const cancel = new AbortController();
    const forked = () => children().filter((args) => args.endsWith('/start/host.ts'));
    const before = forked();
    const starting = startApi({
      root: shop.root,
      signal: cancel.signal,
      // The process is started in this turn of the event loop.
      onProgress: (step) => step === 'serving process' && setImmediate(() => cancel.abort(cancelled)),
    });
    await expect(starting).rejects.toBe(cancelled);
    expect(forked()).toEqual(before);
  });

  it('is refused at once when the signal is aborted already', async () => {
    const steps: string[] = [];
    const signal = AbortSignal.abort(cancelled);
    const starting = startApi({ root: shop.root, signal, onProgress: (step) => steps.push(step) });
    await expect(starting).rejects.toBe(cancelled);
    expect(steps).toEqual([]);
  });

  it('is a start: a signal that comes later changes nothing', async () => {
    const cancel = new AbortController();
    await using started = await startApi({ root: shop.root, signal: cancel.signal });
    cancel.abort(cancelled);
    expect(await (await fetch(`${started.url}/warehouse/stock`)).json()).toEqual({ stock: 5 });
  });
});

describe('the end of a started API', () => {
  it('is a stop', async () => {
    const stopped = await startApi({ root: shop.root });
    await stopped.stop();
    await expect(stopped.ended).resolves.toBeUndefined();
  });

  it('is a serving process that cannot be restarted', async () => {
    const other = createServer();
    const told: string[] = [];
    const crashed = await startApi({
      root: shop.root,
      onNotice: ({ text }) => {
        told.push(text);
        other.listen(port, '127.0.0.1');
      },
    });
    const port = Number(new URL(crashed.url).port);
    process.kill(crashed.pid, 'SIGKILL');
    await expect(crashed.ended).rejects.toThrow(
      `The serving process cannot be restarted. Port ${port} is taken.`,
    );
    expect(told).toEqual([expect.stringMatching(/^The serving process ended \(SIGKILL\)/)]);
    await crashed.stop();
    expect(() => process.kill(crashed.pid, 0)).toThrow('ESRCH');
    other.close();
  });

  it('is a stop during the restart', async () => {
    const crashing = Promise.withResolvers<void>();
    const told: string[] = [];
    const crashed = await startApi({
      root: shop.root,
      onNotice: ({ text }) => {
        told.push(text);
        crashing.resolve();
      },
    });
    process.kill(crashed.pid, 'SIGKILL');
    await crashing.promise;
    await crashed.stop();
    await expect(crashed.ended).resolves.toBeUndefined();
    expect(told).toHaveLength(1);
    expect(() => process.kill(crashed.pid, 0)).toThrow('ESRCH');
  });
});

it('opens the database while the contracts are read', async () => {
  using workspace = new TemporaryWorkspace({
    'package.json': { name: 'shop', type: 'module' },
    'libs/data-access/package.json': { name: '@shop/data-access', database: { migrations: './migrations' } },
    // The folder of the embedded server cannot be created.
    'libs/data-access/migrations/1_orders.sql': '',
    '.database': 'a file',
  });
  chmodSync(workspace.root, 0o755);
  workspace.endpoint('functions/orders/get-order', {
    contract: 'setInterval(() => {}, 1000); await new Promise(() => {});',
  });
  await expect(startApi({ root: workspace.root })).rejects.toThrow(/EEXIST.*\.database/);
});

it('gives rights in the database whatever the active topology is', async () => {
  endpoint('get-order', '/order', `access: 'public', database: { 'orders.orders': ['select'] }`, '{}');
  vi.stubEnv('NANO_TOPOLOGY', 'tiny');
  try {
    // It would not get as far as this database.
    const env = { DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none' };
    await using started = await startApi({ root: shop.root, topology: 'micro', env });
    expect(started.database).toBe('of DATABASE_URL at 127.0.0.1:1/none');
    expect(started.unbuilt).toEqual([]);
  } finally {
    vi.stubEnv('NANO_TOPOLOGY', undefined);
    shop.remove('functions/orders/get-order');
  }
});

it('stops after running requests, and leaves no process behind', async () => {
  // The handler waits for this server, which answers when the API has been told to stop.
  const warehouse = createServer().listen(0, '127.0.0.1');
  await once(warehouse, 'listening');
  const { port } = warehouse.address() as AddressInfo;
  endpoint('get-slow', '/slow', `access: 'public'`, `await (await fetch('http://127.0.0.1:${port}')).json()`);
  const stopped = await startApi({ root: shop.root });
  shop.remove('functions/orders/get-slow');
  const { pid, url } = stopped;
  const asked = once(warehouse, 'request') as Promise<[unknown, ServerResponse]>;
  const running = fetch(`${url}/slow`);
  const [, response] = await asked;
  const stopping = stopped.stop();
  response.end('{"stock":6}');
  expect(await (await running).json()).toEqual({ stock: 6 });
  await stopping;
  warehouse.close();
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  await expect(fetch(url)).rejects.toThrow();
});

/** @returns the process ids and command lines of the children of this process */
function children(): string[] {
  const listed = spawnSync('ps', ['-A', '-o', 'ppid=,pid=,args='], { encoding: 'utf8' }).stdout.split('\n');
  return listed.map((line) => line.trim()).filter((line) => line.startsWith(`${process.pid} `));
}

function hasProgram(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore' }).status === 0;
}
