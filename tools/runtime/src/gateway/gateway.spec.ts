import { isUtf8 } from 'node:buffer';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, type IncomingMessage, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { environmentStarter } from '../environment/start-environment.ts';
import { Lambda } from '../lambda/lambda.ts';
import { type LocalIssuer, localIssuer } from '../tokens/local-issuer.ts';
import { tokenVerifier } from '../tokens/token-verifier.ts';
import { Gateway, type RequestRecord } from './gateway.ts';
import { ownHost } from './host-header.ts';
import type { GatewayRoute } from './router.ts';

// Real sockets, and functions in threads.
let folder: string;
let lambda: Lambda;
let gateway: Gateway;
let issuer: LocalIssuer;
let port: number;
const agent = new Agent({ keepAlive: true });
const records: RequestRecord[] = [];

const routes: GatewayRoute[] = [];
function add(functionName: string, route: string, source: string, more: object = {}): void {
  const bundle = join(folder, `${functionName}.mjs`);
  writeFileSync(bundle, source);
  lambda.put({
    functionName,
    bundle,
    memorySize: 256,
    timeout: 30,
    environment: {},
    logFormat: 'Text',
    isolation: 'thread',
    ...more,
  });
  const [method, path] = route.split(' ') as [GatewayRoute['method'], string];
  const access =
    functionName === 'private' ? 'user' : functionName === 'admin' ? { scope: 'admin' } : 'public';
  routes.push({ function: functionName, method, path, access });
}

const handler = (body: string) => `export const handler = async (event) => { ${body} };`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  issuer = await localIssuer(folder);
  gateway = new Gateway({
    lambda,
    log: (record) => records.push(record),
    verifyToken: tokenVerifier(issuer.settings),
    isOwnHost: ownHost('127.0.0.1', ['shop.example']),
  });
  add('echo', 'ANY /echo', handler('return event'));
  add('order', 'GET /orders/{id}', handler('return { by: "order", ...event.pathParameters }'));
  add('latest', 'GET /orders/latest', handler('return { by: "latest" }'));
  add('any-order', 'ANY /orders/{id}', handler('return { by: "any" }'));
  add('greedy', 'GET /files/{path+}', handler('return { by: "greedy", ...event.pathParameters }'));
  add('part', 'GET /parts/{part}/of/{whole}', handler('return { by: "part", ...event.pathParameters }'));
  add('parts', 'GET /parts/{rest+}', handler('return { by: "parts", ...event.pathParameters }'));
  add('answer', 'POST /answer', handler('return JSON.parse(event.body)'));
  add('private', 'GET /private', handler('return event.requestContext.authorizer'));
  add('admin', 'GET /admin', handler('return event.requestContext.authorizer'));
  add('slow', 'GET /slow', handler('await new Promise(() => setInterval(() => {}, 1000))'));
  const waits = `while (!(await import('node:fs')).existsSync(event.queryStringParameters.gate)) await new Promise((done) => setTimeout(done, 5));`;
  add('busy', 'GET /busy', handler(`${waits} return 1`), { reservedConcurrency: 1 });
  add(
    'streaming',
    'GET /streaming',
    `export const handler = awslambda.streamifyResponse(async (_, stream) => {
      awslambda.HttpResponseStream.from(stream, { statusCode: 200 }).write('part'); stream.end(); });`,
  );
  add('failing', 'GET /failing', handler('throw new Error("secret")'));
  routes.push({ function: 'missing', method: 'GET', path: '/missing', access: 'public' });
  gateway.configure({ routes });
  gateway.server.listen(0, '127.0.0.1');
  await once(gateway.server, 'listening');
  port = (gateway.server.address() as AddressInfo).port;
});

beforeEach(() => {
  records.length = 0;
});

afterAll(async () => {
  agent.destroy();
  gateway.server.closeAllConnections();
  gateway.server.close();
  await lambda.stop();
  rmSync(folder, { recursive: true });
});

interface Sent {
  readonly method?: string;
  readonly host?: string;
  readonly path: string;
  /** Flat: name, value, name, value. */
  readonly headers?: readonly string[];
  readonly body?: Buffer | string | undefined;
}

async function send({
  method = 'GET',
  host = 'localhost',
  path,
  headers = [],
  body,
}: Sent): Promise<IncomingMessage> {
  const length = body === undefined ? [] : ['content-length', String(Buffer.byteLength(body))];
  const sent = request({
    port,
    host: '127.0.0.1',
    method,
    path,
    agent,
    setHost: false,
    headers: ['host', host, ...length, ...headers] as never,
  });
  // Without a body, no header about one either.
  sent.useChunkedEncodingByDefault = false;
  sent.end(body);
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  return response;
}

async function json(sent: Sent) {
  const response = await send(sent);
  return { status: response.statusCode, headers: response.headers, body: JSON.parse(await text(response)) };
}

describe('routing', () => {
  it.each([
    ['GET', '/orders/1', { by: 'order', id: '1' }],
    ['GET', '/orders/latest', { by: 'latest' }],
    ['DELETE', '/orders/1', { by: 'any' }],
    ['GET', '/orders/a%252Fb%20c', { by: 'order', id: 'a/b c' }],
    ['GET', '/orders/a%2Bb+c;d', { by: 'order', id: 'a+b+c;d' }],
    ['GET', '/orders/a%2523b', { by: 'order', id: 'a#b' }],
    ['GET', '/orders/a%23b', { by: 'order', id: 'a#b' }],
    ['GET', '/orders/a%3Fb?c=1', { by: 'order', id: 'a' }],
    ['GET', '/orders/a%252525', { by: 'order', id: 'a%25' }],
    ['GET', '/files/a/b.txt', { by: 'greedy', path: 'a/b.txt' }],
    ['GET', '/files/a%2Fb%252Fc', { by: 'greedy', path: 'a/b/c' }],
    ['GET', '/parts/1/of/2', { by: 'part', part: '1', whole: '2' }],
    ['GET', '/parts//of/2', { by: 'parts', rest: '/of/2' }],
  ])('%s %s', async (method, path, body) => {
    expect(await json({ method, path })).toMatchObject({ status: 200, body });
  });

  // An empty segment is no parameter, and a decoded slash separates segments.
  it.each([
    '/nowhere',
    '/orders',
    '/orders/',
    '/orders?x=1',
    '/orders/?x=1',
    '/orders/1/',
    '/orders/1/2',
    '/orders/1%2F2',
    '/orders//',
    '//orders/1',
    '/orders/%3F1',
    '/Orders/1',
    '/files/',
    '/',
  ])('no route for %s', async (path) => {
    expect(await json({ path })).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  it.each(['/orders/100%25', '/orders/%zz', '/orders/%', '/orders/%ff'])(
    'refuses a path that it cannot decode twice: %s',
    async (path) => {
      expect(await json({ path })).toMatchObject({ status: 400, body: { message: 'Bad Request' } });
      expect(records[0]).toMatchObject({ reason: 'a path that cannot be decoded' });
    },
  );

  it('takes a request in absolute form', async () => {
    const { body } = await json({ path: 'http://api.example.com/echo?x=1' });
    expect(body).toMatchObject({ rawPath: '/echo', rawQueryString: 'x=1' });
    expect(body.requestContext).toMatchObject({ domainName: 'api.example.com', http: { path: '/echo' } });
  });

  it('$default takes all other requests', async () => {
    const all = [...routes, { function: 'echo', method: 'ANY', path: '$default', access: 'public' } as const];
    gateway.configure({ routes: all });
    const { body } = await json({ path: '/anything/else' });
    gateway.configure({ routes });
    expect(body).toMatchObject({ routeKey: '$default', rawPath: '/anything/else' });
    expect(body).not.toHaveProperty('pathParameters');
  });

  describe('an application behind everything else', () => {
    const old = (path: string, method: GatewayRoute['method'] = 'ANY') =>
      ({ function: 'echo', method, path }) as const;

    it.each([
      ['GET', '/orders/latest', [old('/{proxy+}')], { by: 'latest' }],
      ['GET', '/orders/7', [old('/{proxy+}')], { by: 'order', id: '7' }],
      ['DELETE', '/orders/7', [old('/{proxy+}')], { by: 'any' }],
      [
        'POST',
        '/files/a',
        [old('/{proxy+}')],
        { routeKey: 'ANY /{proxy+}', pathParameters: { proxy: 'files/a' } },
      ],
      ['GET', '/files/a/b', [old('/{proxy+}')], { by: 'greedy', path: 'a/b' }],
      [
        'GET',
        '/files/',
        [old('/{proxy+}')],
        { routeKey: 'ANY /{proxy+}', pathParameters: { proxy: 'files/' } },
      ],
      ['GET', '/files/', [old('/{proxy+}'), old('/{proxy+}', 'GET')], { routeKey: 'GET /{proxy+}' }],
      ['PUT', '/a%20b/c', [old('/{proxy+}')], { rawPath: '/a b/c', pathParameters: { proxy: 'a b/c' } }],
      ['OPTIONS', '/orders', [old('/{proxy+}')], { routeKey: 'ANY /{proxy+}' }],
      ['GET', '/', [old('/{proxy+}'), old('$default')], { routeKey: '$default', rawPath: '/' }],
      ['GET', '/x', [old('/{proxy+}'), old('$default')], { routeKey: 'ANY /{proxy+}' }],
      ['GET', '/x', [old('/{proxy+}'), old('/x', 'POST'), old('$default')], { routeKey: 'ANY /{proxy+}' }],
      ['GET', '/x', [old('/x'), old('/{proxy+}', 'GET')], { routeKey: 'ANY /x' }],
      ['OPTIONS', '/x', [old('/x'), old('/x', 'OPTIONS')], { routeKey: 'OPTIONS /x' }],
    ] as const)('%s %s, number %#', async (method, path, more, body) => {
      gateway.configure({ routes: [...routes, ...more] });
      const answer = await json({ method, path });
      gateway.configure({ routes });
      expect(answer).toMatchObject({ status: 200, body });
    });

    it('has no path that is empty', async () => {
      gateway.configure({ routes: [...routes, old('/{proxy+}')] });
      expect(await json({ path: '/' })).toMatchObject({ status: 404 });
      gateway.configure({ routes });
    });

    it('is asked without a token when it declares no access', async () => {
      gateway.configure({ routes: [old('$default')] });
      const { body } = await json({ path: '/x', headers: ['authorization', 'Bearer nonsense'] });
      gateway.configure({ routes });
      expect(body.headers.authorization).toBe('Bearer nonsense');
      expect(body.requestContext).not.toHaveProperty('authorizer');
    });

    it('is behind the authorizer when it declares access', async () => {
      gateway.configure({ routes: [{ ...old('$default'), access: 'user' }] });
      const answer = await json({ path: '/x' });
      gateway.configure({ routes });
      expect(answer).toMatchObject({ status: 401 });
    });
  });

  it('two functions cannot have one route', () => {
    const twice = {
      function: 'other',
      method: 'GET',
      path: '/orders/{orderId}',
      access: 'public',
    } as const;
    expect(() => gateway.configure({ routes: [...routes, twice] })).toThrow(
      'The route GET /orders/{orderId} of other is that of order, too.',
    );
  });
});

describe('the reference', () => {
  const document = JSON.stringify({ openapi: '3.1.1' });
  const get = (path: string) =>
    send({ path }).then(async (response) => ({ ...response, text: await text(response) }));
  afterEach(() => gateway.configure({ routes }));

  it('is at /openapi.json and /docs, and asks no other machine for anything', async () => {
    gateway.configure({ routes, document });
    expect(await json({ path: '/openapi.json' })).toMatchObject({ status: 200, body: { openapi: '3.1.1' } });
    const page = await get('/docs?x=1');
    expect(page).toMatchObject({ statusCode: 200, text: expect.stringMatching(/<title>API reference/) });
    const assets = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path as string);
    expect(assets).toHaveLength(4);
    for (const path of assets) expect(await get(path)).toMatchObject({ statusCode: 200 });
  });

  it('is nothing else of the disk, and nothing to be written to', async () => {
    gateway.configure({ routes, document });
    for (const path of ['/docs/package.json', '/docs/../package.json', '/docs/constructor', '/docs/']) {
      expect(await json({ path })).toMatchObject({ status: 404 });
    }
    expect(await json({ method: 'POST', path: '/docs' })).toMatchObject({ status: 404 });
  });

  it('is for its own page only, even if every page may read the API', async () => {
    gateway.configure({ routes, document, token: 'a.b.c', cors: { allowOrigins: ['*'] } });
    const headers = ['origin', 'https://evil.example'];
    for (const path of ['/docs', '/docs/start.js', '/docs/swagger-ui.css', '/openapi.json']) {
      const { statusCode, headers: answered } = await send({ path, headers });
      expect(statusCode).toBe(200);
      expect(Object.keys(answered).filter((name) => name.startsWith('access-control-'))).toEqual([]);
    }
  });

  it.each([
    ['localhost:3000', true],
    ['LOCALHOST', true],
    ['127.0.0.1:3000', true],
    ['[::1]:3000', true],
    ['shop.example', false],
    ['Shop.example:3000', false],
  ])('has the token for a page of this machine only: %s', async (host, hasToken) => {
    gateway.configure({ routes, document, token: 'a.b.c' });
    const script = await text(await send({ path: '/docs/start.js', host }));
    expect(script.includes('a.b.c')).toBe(hasToken);
    expect(script).toContain('SwaggerUIBundle');
  });

  it('gives way to the routes of the API, and is not there without a document', async () => {
    const own = { function: 'echo', method: 'GET', path: '/docs', access: 'public' } as const;
    gateway.configure({ routes: [...routes, own], document });
    expect(await json({ path: '/docs' })).toMatchObject({ body: { routeKey: 'GET /docs' } });
    gateway.configure({ routes });
    expect(await json({ path: '/docs' })).toMatchObject({ status: 404 });
  });
});

describe('a response', () => {
  const answer = (value: unknown) =>
    send({
      method: 'POST',
      path: '/answer',
      headers: ['content-type', 'application/json'],
      body: JSON.stringify(value),
    });

  it.each([
    ['an object without statusCode', { a: 1 }, 200, '{"a":1}', 'application/json'],
    ['a list', [1], 200, '[1]', 'application/json'],
    ['a text', 'plain', 200, 'plain', 'application/json'],
    ['null', null, 200, 'null', 'application/json'],
    ['a status and a body', { statusCode: 201, body: 'ok' }, 201, 'ok', 'text/plain; charset=utf-8'],
    ['a status as text', { statusCode: '202', body: 'ok' }, 202, 'ok', 'text/plain; charset=utf-8'],
    [
      'headers',
      { statusCode: 200, headers: { 'Content-Type': 'text/html' }, body: '' },
      200,
      '',
      'text/html',
    ],
    [
      'base64',
      { statusCode: 200, headers: { 'content-type': 'image/png' }, body: 'AAEC', isBase64Encoded: true },
      200,
      '\0\u0001\u0002',
      'image/png',
    ],
    [
      'no status that exists',
      { statusCode: 99 },
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
    [
      'a body that is no text',
      { statusCode: 200, body: {} },
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
    [
      'headers that HTTP cannot have',
      { statusCode: 200, headers: { 'x-y': 'a\nb' } },
      500,
      '{"message":"Internal Server Error"}',
      'application/json',
    ],
    [
      'a length that is wrong',
      { statusCode: 200, headers: { 'content-length': '1', 'transfer-encoding': 'chunked' }, body: 'long' },
      200,
      'long',
      'text/plain; charset=utf-8',
    ],
  ])('with %s', async (_, value, status, body, contentType) => {
    const response = await answer(value);
    expect(response.statusCode).toBe(status);
    expect(await text(response)).toBe(body);
    expect(response.headers['content-type']).toBe(contentType);
    expect(response.headers['content-length']).toBe(String(Buffer.byteLength(body)));
  });

  it.each([99, 100, 101, 103, 199, 0, 600, 1000, 200.5])(
    'with status %s is a 500 with its reason phrase, and a reason in the log',
    async (statusCode) => {
      const response = await answer({ statusCode, body: 'x' });
      expect([response.statusCode, response.statusMessage]).toEqual([500, 'Internal Server Error']);
      expect(await text(response)).toBe('{"message":"Internal Server Error"}');
      expect(records[0]).toMatchObject({
        status: 500,
        functionName: 'answer',
        reason: `The function's response is malformed: "statusCode" is the number ${statusCode} and must be a whole number from 200 to 599.`,
      });
    },
  );

  it('with an invalid header is a 500 with its reason phrase, and a reason in the log', async () => {
    const response = await answer({ statusCode: 200, headers: { 'x-y': 'a\r\nb' } });
    expect([response.statusCode, response.statusMessage]).toEqual([500, 'Internal Server Error']);
    expect(records[0]?.reason).toContain('"x-y"');
  });

  it('has each header of the gateway once', async () => {
    const headers = {
      'Apigw-Requestid': 'own',
      date: 'yesterday',
      connection: 'close',
      'content-length': '9',
    };
    const response = await answer({ statusCode: 200, headers, body: 'x' });
    const names = response.rawHeaders.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase());
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted());
    expect(response.headers['apigw-requestid']).toBe(records[0]?.requestId);
    expect(response.headers.date).toMatch(/GMT$/);
    expect(response.headers['content-length']).toBe('1');
  });

  it.each([204, 304])('with status %s has no body', async (statusCode) => {
    const response = await answer({ statusCode, body: 'x' });
    expect(response.statusCode).toBe(statusCode);
    expect((await buffer(response)).length).toBe(0);
    expect(response.headers).not.toHaveProperty('content-length');
    expect(response.headers).not.toHaveProperty('content-type');
  });

  it('has a Set-Cookie for every cookie', async () => {
    const response = await answer({ statusCode: 204, cookies: ['a=1; Path=/', 'b=2, 3'] });
    expect(response.headers['set-cookie']).toEqual(['a=1; Path=/', 'b=2, 3']);
    expect(response.headers['content-length']).toBeUndefined();
  });

  it('to HEAD has no body', async () => {
    const response = await send({ method: 'HEAD', path: '/echo' });
    expect(response.statusCode).toBe(200);
    expect((await buffer(response)).length).toBe(0);
  });
});

describe('limits and failures', () => {
  it('a failing function is a 500 that tells nothing; the log does', async () => {
    const { status, body } = await json({ path: '/failing' });
    expect({ status, body }).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
    expect(records[0]).toMatchObject({ status: 500, functionName: 'failing', reason: 'Error: secret' });
  });

  it('a stream on a route without one is a 500, and the log says what to do', async () => {
    expect(await json({ path: '/streaming' })).toMatchObject({ status: 500 });
    expect(records[0]?.reason).toMatch(/it is a stream and no JSON\. An endpoint that streams has "stream"/);
  });

  it('a function that is not there is a 500', async () => {
    expect(await json({ path: '/missing' })).toMatchObject({ status: 500 });
  });

  it('too slow a function is a 503', async () => {
    const hasty = new Gateway({
      ...{ lambda, log: (record) => records.push(record), verifyToken: tokenVerifier(issuer.settings) },
      integrationTimeoutMs: 200,
    });
    hasty.configure({ routes });
    hasty.server.listen(0, '127.0.0.1');
    await once(hasty.server, 'listening');
    const response = await fetch(`http://127.0.0.1:${(hasty.server.address() as AddressInfo).port}/slow`);
    expect(response.status).toBe(503);
    expect(await response.json()).toEqual({ message: 'Service Unavailable' });
    expect(records[0]?.reason).toBe('no answer in 0.2 s; the function goes on');
    hasty.server.closeAllConnections();
    hasty.server.close();
  });

  it('more requests than a function may take at once are a 503', async () => {
    const gate = join(folder, 'gate');
    const path = `/busy?gate=${encodeURIComponent(gate)}`;
    const requests = [json({ path }), json({ path })];
    expect((await Promise.race(requests)).status).toBe(503);
    // Only then does the other one end.
    writeFileSync(gate, '');
    const answers = await Promise.all(requests);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503]);
  });

  it('a body may have 10 MB, but an event only 6', async () => {
    const post = (bytes: number) => json({ method: 'POST', path: '/echo', body: Buffer.alloc(bytes, 'x') });
    expect((await post(4 * 2 ** 20)).status).toBe(200);
    const tooLarge = { status: 413, body: { message: 'Request Entity Too Large' } };
    expect(await post(5 * 2 ** 20)).toMatchObject(tooLarge);
    expect(records.at(-1)?.functionName).toBe('echo');
    expect(await post(10 * 2 ** 20 + 1)).toMatchObject(tooLarge);
    expect(records.at(-1)?.functionName).toBeUndefined();
  });

  it('request line and headers may have 10,240 bytes', async () => {
    // GET /echo HTTP/1.1, host: localhost, x: ..., connection: keep-alive
    const others = 'GET /echo HTTP/1.1\r\nhost: localhost\r\nConnection: keep-alive\r\nx: \r\n'.length;
    const withHeader = (bytes: number) => send({ path: '/echo', headers: ['x', 'v'.repeat(bytes)] });
    expect((await withHeader(10_240 - others)).statusCode).toBe(200);
    expect((await withHeader(10_240 - others + 1)).statusCode).toBe(431);
  });

  it('a client that goes away in the middle does no harm', async () => {
    const arrived = once(gateway.server, 'request') as Promise<[IncomingMessage]>;
    const socket = connect(port, '127.0.0.1');
    socket.write('POST /echo HTTP/1.1\r\nhost: localhost\r\ncontent-length: 100\r\n\r\nabc');
    const [received] = await arrived;
    const closed = new Promise((done) => received.once('close', done));
    socket.destroy();
    await closed;
    expect((await json({ path: '/echo' })).status).toBe(200);
  });
});

describe('a Host header that does not name this machine', () => {
  it.each([
    'evil.example:3000',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    'evil.localhost.',
    '192.0.2.1:3000',
    'localhost/evil',
    'evil@localhost',
    'not a host',
    '',
  ])('is refused, whatever the request: %s', async (host) => {
    for (const [method, path] of [
      ['GET', '/echo'],
      ['GET', '/docs/start.js'],
      ['OPTIONS', '/echo'],
      ['POST', '/nowhere'],
    ] as const) {
      const answer = await send({ method, path, host });
      expect([answer.statusCode, await text(answer)]).toEqual([403, '{"message":"Forbidden"}']);
    }
    expect(records).toHaveLength(4);
    expect(records[0]?.reason).toMatch(/^the Host ".*" is no name of this machine; --host \S+ allows it$/);
  });

  it('is taken where it is one of the allowed names', async () => {
    for (const host of ['shop.example', 'SHOP.example:80', '127.0.0.9', '[::1]:3000']) {
      expect((await send({ path: '/echo', host })).statusCode).toBe(200);
    }
  });
});

describe('access', () => {
  const bearer = async (claims: Record<string, unknown>) => [
    'authorization',
    `Bearer ${await issuer.issue(claims)}`,
  ];

  it('needs a token, and hands its claims on as texts', async () => {
    expect(await json({ path: '/private' })).toMatchObject({
      status: 401,
      body: { message: 'Unauthorized' },
    });
    expect(await json({ path: '/private', headers: ['authorization', 'Bearer x'] })).toMatchObject({
      status: 401,
    });
    const { body } = await json({ path: '/private', headers: await bearer({ sub: 'u', roles: ['a', 'b'] }) });
    expect(body).toEqual({
      jwt: {
        claims: expect.objectContaining({ sub: 'u', roles: '[a b]', exp: expect.stringMatching(/^\d+$/) }),
        scopes: null,
      },
    });
  });

  it.each(['', 'Bearer ', 'bearer ', 'BEARER  '])('takes a token after "%s"', async (prefix) => {
    const token = await issuer.issue({ sub: 'u' });
    const { status } = await json({ path: '/private', headers: ['authorization', prefix + token] });
    expect(status).toBe(200);
  });

  it.each([
    [[], 'Bearer'],
    [['authorization', ''], 'Bearer'],
    [['authorization', 'Bearer'], 'Bearer'],
    [['authorization', 'Bearer  '], 'Bearer'],
    [
      ['authorization', 'Bearer x'],
      'Bearer scope="" error="invalid_token" error_description="Invalid Compact JWS"',
    ],
    [
      ['authorization', 'Basic dTpw'],
      'Bearer scope="" error="invalid_token" error_description="Invalid Compact JWS"',
    ],
  ])('says what a refused request lacks: %j', async (headers, challenge) => {
    const refused = await json({ path: '/private', headers });
    expect(refused).toMatchObject({ status: 401, body: { message: 'Unauthorized' } });
    expect(refused.headers['www-authenticate']).toBe(challenge);
  });

  // The example of https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html
  it('says what is wrong with a token', async () => {
    const signed = await issuer.issue({ sub: 'u' }, '-5 minutes');
    const refused = await json({ path: '/admin', headers: ['authorization', signed] });
    expect(refused.headers['www-authenticate']).toBe(
      'Bearer scope="admin" error="invalid_token" error_description="the token has expired"',
    );
    expect(records[0]?.reason).toBe('the token has expired');
  });

  it('needs the scope', async () => {
    const refused = await json({ path: '/admin', headers: await bearer({ scope: 'other' }) });
    expect(refused).toMatchObject({ status: 403, body: { message: 'Forbidden' } });
    expect(refused.headers['www-authenticate']).toMatch(/^Bearer scope="admin" error="insufficient_scope"/);
    const { body } = await json({ path: '/admin', headers: await bearer({ scope: 'a admin' }) });
    // All scopes of the token, as an HTTP API gives them (floci-io/floci, ApiGatewayExecuteController.java).
    expect(body).toMatchObject({ jwt: { claims: { scope: 'a admin' }, scopes: ['a', 'admin'] } });
  });
});

describe('CORS', () => {
  const cors = {
    allowOrigins: ['https://app.example'],
    allowMethods: ['GET', 'POST'],
    allowHeaders: ['authorization'],
    exposeHeaders: ['etag'],
    maxAge: 600,
    allowCredentials: true,
  };
  const preflight = (origin: string) =>
    send({
      method: 'OPTIONS',
      path: '/orders/1',
      headers: ['origin', origin, 'access-control-request-method', 'GET'],
    });

  beforeAll(() => gateway.configure({ routes, cors }));
  afterAll(() => gateway.configure({ routes }));

  it('answers a preflight without a function', async () => {
    const response = await preflight('https://app.example');
    expect(response.statusCode).toBe(204);
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-allow-methods': 'GET,POST',
      'access-control-allow-headers': 'authorization',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
      vary: 'origin',
    });
    expect(records[0]?.functionName).toBeUndefined();
  });

  it('allows other origins nothing', async () => {
    expect((await preflight('https://evil.example')).headers).not.toHaveProperty(
      'access-control-allow-origin',
    );
  });

  it('decides instead of the function', async () => {
    const response = await send({
      method: 'POST',
      path: '/answer',
      headers: ['origin', 'https://app.example', 'content-type', 'application/json'],
      body: JSON.stringify({
        statusCode: 200,
        headers: { 'Access-Control-Allow-Origin': '*', Vary: 'Accept, Origin' },
      }),
    });
    expect(response.headers).toMatchObject({
      'access-control-allow-origin': 'https://app.example',
      'access-control-expose-headers': 'etag',
      vary: 'Accept, origin',
    });
    const names = response.rawHeaders.filter((_, index) => index % 2 === 0);
    expect(names.filter((name) => name.toLowerCase() === 'access-control-allow-origin')).toHaveLength(1);
    expect(names.filter((name) => name.toLowerCase() === 'vary')).toHaveLength(1);
  });
});

describe('an event', () => {
  it('has one value of each header about the client', async () => {
    const { body } = await json({
      path: '/echo',
      headers: [
        'x-forwarded-for',
        '198.51.100.1',
        'X-Forwarded-Proto',
        'https',
        'X-Forwarded-Port',
        '443',
        'X-Amzn-Trace-Id',
        'forged',
      ],
    });
    expect(body.headers).toMatchObject(forwarded());
  });

  it('has a compressed body as it was sent', async () => {
    const zipped = gzipSync('{"a":1}');
    const headers = ['content-type', 'application/json', 'content-encoding', 'gzip'];
    const { body } = await json({ method: 'POST', path: '/echo', headers, body: zipped });
    expect(body).toMatchObject({ body: zipped.toString('base64'), isBase64Encoded: true });
  });

  it('has nothing that the request has not', async () => {
    const { body } = await json({ path: '/echo' });
    expect(body).toEqual({
      version: '2.0',
      routeKey: 'ANY /echo',
      rawPath: '/echo',
      rawQueryString: '',
      headers: { host: 'localhost', 'content-length': '0', ...forwarded() },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'localhost',
        domainPrefix: 'local',
        http: { method: 'GET', path: '/echo', protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: '' },
        requestId: expect.stringMatching(/^[\da-f-]{36}$/),
        routeKey: 'ANY /echo',
        stage: '$default',
        time: expect.stringMatching(/^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/),
        timeEpoch: expect.any(Number),
      },
      isBase64Encoded: false,
    });
  });

  it('is what was sent, 10,000 times', async () => {
    const token = fc.stringMatching(/^[a-z][a-z\d-]{0,10}$/).filter((name) => !reserved.has(name));
    const value = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
    const part = fc.string({ unit: 'grapheme', maxLength: 8 });
    const sent = fc.record({
      method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE'),
      query: fc.array(fc.tuple(part, part), { maxLength: 4 }),
      headers: fc.array(fc.tuple(token, value), { maxLength: 5 }),
      cookies: fc.array(fc.tuple(token, fc.stringMatching(/^[a-z\d]{0,8}$/)), { maxLength: 3 }),
      body: fc.option(
        fc.record({
          type: fc.constantFrom(
            'application/json',
            'text/plain; charset=utf-8',
            'image/png',
            'application/x-thing',
          ),
          bytes: fc.oneof(
            fc.string({ unit: 'grapheme', minLength: 1 }).map((chars) => Buffer.from(chars)),
            fc.uint8Array({ minLength: 1, maxLength: 64 }).map((bytes) => Buffer.from(bytes)),
          ),
        }),
        { nil: undefined },
      ),
    });
    // Several at once, since one waits most of the time.
    const batches = fc.array(sent, { minLength: 8, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(batches, (requests) => Promise.all(requests.map(arrives)).then(() => {})),
      { numRuns: 1250 },
    );
  });
});

/** Headers that the gateway adds to every request. */
const forwarded = () => ({
  'x-amzn-trace-id': expect.stringMatching(/^Root=1-[\da-f]{8}-[\da-f]{24}$/),
  'x-forwarded-for': '127.0.0.1',
  'x-forwarded-port': String(port),
  'x-forwarded-proto': 'http',
});

/** Headers about the connection or the body. */
const reserved = new Set([
  'host',
  'connection',
  'cookie',
  'content-length',
  'content-type',
  'expect',
  'upgrade',
  'transfer-encoding',
  'keep-alive',
  'te',
  'trailer',
]);

interface RandomRequest {
  readonly method: string;
  readonly query: [string, string][];
  readonly headers: [string, string][];
  readonly cookies: [string, string][];
  readonly body: { readonly type: string; readonly bytes: Buffer } | undefined;
}

/** Sends a request and compares the event with what AWS documents, computed here a second time. */
async function arrives({ method, query, headers, cookies, body }: RandomRequest): Promise<void> {
  const rawQueryString = query
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');
  const fields = [
    ...headers,
    ...cookies.map(([name, value]) => ['Cookie', `${name}=${value}`] as const),
    ...(body ? [['Content-Type', body.type] as const] : []),
  ];
  const path = rawQueryString === '' ? '/echo' : `/echo?${rawQueryString}`;
  const { status, body: event } = await json({ method, path, headers: fields.flat(), body: body?.bytes });

  const isText = body !== undefined && /^(text\/|application\/json)/.test(body.type) && isUtf8(body.bytes);
  const encoded = body === undefined ? undefined : body.bytes.toString(isText ? 'utf8' : 'base64');
  const expectedHeaders: Record<string, string> = {
    host: 'localhost',
    'content-length': '0',
    ...forwarded(),
  };
  for (const [name, value] of headers) {
    expectedHeaders[name] = name in expectedHeaders ? `${expectedHeaders[name]},${value}` : value;
  }
  if (body) {
    expectedHeaders['content-type'] = body.type;
    expectedHeaders['content-length'] = String(body.bytes.length);
  }
  const expectedQuery: Record<string, string> = {};
  for (const [name, value] of query) {
    const before = Object.hasOwn(expectedQuery, name) ? `${expectedQuery[name]},` : '';
    Object.defineProperty(expectedQuery, name, {
      value: before + value,
      enumerable: true,
      configurable: true,
      writable: true,
    });
  }
  expect(status).toBe(200);
  expect(event.requestContext.http.method).toBe(method);
  expect(event.rawPath).toBe('/echo');
  expect(event.rawQueryString).toBe(rawQueryString);
  expect(event.headers).toEqual(expectedHeaders);
  expect(event.queryStringParameters).toEqual(query.length > 0 ? expectedQuery : undefined);
  expect(event.cookies).toEqual(
    cookies.length > 0 ? cookies.map(([name, value]) => `${name}=${value}`) : undefined,
  );
  expect(event.body).toBe(encoded);
  expect(event.isBase64Encoded).toBe(body !== undefined && !isText);
}
