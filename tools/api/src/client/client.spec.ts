import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import { requestTarget } from '@nanoservices/endpoint/gateway';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ClientOptions, clientOf } from './client.ts';
import { isProblem, NetworkError, ProblemError } from './errors.ts';
import { retryPauseMs } from './retry.ts';

/** A way to respond to a request. */
type Respond = (request: IncomingMessage, response: ServerResponse) => void;

// A real server that answers as each test says, and notes what it was asked.
let server: Server;
let baseUrl: string;
const requests: IncomingMessage[] = [];
let responses: Respond[];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    (responses.shift() ?? send(200, {}))(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  requests.length = 0;
  responses = [];
});

afterEach(() => void vi.useRealTimers());

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function send(status: number, body?: unknown, headers: Record<string, string> = {}): Respond {
  return (_, response) =>
    response.writeHead(status, headers).end(body === undefined ? undefined : JSON.stringify(body));
}
const hangUp: Respond = (request) => request.socket.destroy();
const hang: Respond = () => {};
const problem = (status: number, type: string) =>
  send(status, { type: `urn:problem-type:${type}`, title: 'T', status, detail: 'D', extra: 1 });

// biome-ignore lint/suspicious/noExplicitAny: the types of the generated client are tested where it is generated
function client(options: Partial<ClientOptions> = {}): any {
  return clientOf(
    {
      getOrder: ['GET', '/orders/{orderId}'],
      listOrders: ['GET', '/orders'],
      createOrder: ['POST', '/orders', 1],
      updateOrder: ['PATCH', '/orders/{orderId}'],
      deleteOrder: ['DELETE', '/orders/{orderId}'],
      readFile: ['GET', '/files/{path+}'],
      exportOrders: ['GET', '/export', 0, 'text'],
      watchOrders: ['GET', '/events', 0, 'stream'],
      getPicture: ['GET', '/picture', 0, 'bytes'],
      putPicture: ['PUT', '/picture', 0, 'json', 'image/png'],
      orderByForm: ['PUT', '/form', 0, 'json', 'form'],
      orderByParts: ['PUT', '/form', 0, 'json', 'parts'],
    },
    { baseUrl, ...options },
  );
}

describe('a request', () => {
  it('has the parts where the contract has them', async () => {
    let body: unknown;
    responses = [
      async (request, response) => {
        body = await json(request);
        send(200, { id: 1 })(request, response);
      },
    ];
    const request = { params: { orderId: 'a/b c' }, query: { tag: ['x', 'y'], no: undefined }, ifMatch: 3 };
    const headers = { 'x-one': 1, 'x-none': undefined };
    expect(
      await client({ token: 'secret' }).updateOrder({ ...request, headers, body: { note: 't' } }),
    ).toEqual({
      id: 1,
    });
    const [{ method, url, headers: sent }] = requests as [IncomingMessage];
    expect([method, url]).toEqual(['PATCH', '/orders/a%252Fb%2520c?tag=x&tag=y']);
    expect(sent).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'if-match': '"3"',
      'x-one': '1',
    });
    expect(sent).not.toHaveProperty('x-none');
    expect(body).toEqual({ note: 't' });
  });

  it.each<readonly [string, string, unknown, RegExp, RegExp]>([
    ['bytes', 'putPicture', new Uint8Array([65, 66]), /^image\/png$/, /^AB$/],
    ['a text', 'putPicture', 'AB', /^image\/png$/, /^AB$/],
    [
      'a form',
      'orderByForm',
      { name: 'a b', tags: ['x', 'y'], none: undefined },
      /^application\/x-www-form-urlencoded/,
      /^name=a\+b&tags=x&tags=y$/,
    ],
    [
      'a form with a file',
      'orderByParts',
      { name: 'a', file: new File(['AB'], 'a.txt') },
      /^multipart\/form-data; boundary=/,
      /name="name"[\s\S]*a[\s\S]*filename="a\.txt"[\s\S]*AB/,
    ],
  ])('has %s as its body', async (_, method, body, type, expected) => {
    let sent = '';
    responses = [
      async (request, response) => {
        sent = await text(request);
        send(204)(request, response);
      },
    ];
    await client()[method]({ body });
    expect(requests[0]?.headers['content-type']).toMatch(type);
    expect(sent).toMatch(expected);
  });

  it('without a body says nothing of one', async () => {
    await client().listOrders();
    expect(requests[0]?.headers).not.toHaveProperty('content-type');
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
    expect(requests[0]?.url).toBe('/orders');
  });

  it('may have a base with a path, and a greedy parameter', async () => {
    await client({ baseUrl: `${baseUrl}/v1/` }).readFile({ params: { path: 'a b/c' } });
    expect(requests[0]?.url).toBe('/v1/files/a%20b/c');
  });

  it('asks for the token before each attempt', async () => {
    responses = [send(503, {}), send(200, {})];
    let count = 0;
    await client({ token: async () => `t${++count}` }).listOrders();
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it.each(['', '.', '..'])('cannot name something else by the id "%s"', async (orderId) => {
    await expect(client().getOrder({ params: { orderId } })).rejects.toThrow(TypeError);
    await expect(client().readFile({ params: { path: `a/${orderId}/b` } })).rejects.toThrow(/parameter path/);
    expect(requests).toEqual([]);
  });

  it('reaches the server as it was meant, whatever is in it', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        text.filter((id) => !/^\.{1,2}$/.test(id)),
        text,
        async (orderId, value) => {
          requests.length = 0;
          await client().getOrder({ params: { orderId }, query: { value } });
          const url = requests[0]?.url as string;
          const target = requestTarget(url);
          expect(target.path.split('/')).toHaveLength(3);
          expect(target.rawPath).toBe(`/orders/${orderId}`);
          expect(new URLSearchParams(target.rawQueryString).get('value')).toBe(value);
        },
      ),
    );
  });
});

describe('an answer', () => {
  it.each([
    ['exportOrders', '"a",b', '"a",b'],
    ['exportOrders', '', ''],
    ['getPicture', new Uint8Array([0, 255]), new Uint8Array([0, 255])],
  ])('that is no JSON is text or bytes: %s', async (method, sent, body) => {
    responses = [(_, response) => response.end(sent)];
    expect(await client()[method]()).toEqual(body);
    responses = [problem(404, 'order-not-found')];
    await expect(client()[method]()).rejects.toMatchObject({ type: 'order-not-found' });
  });

  it('without a body is undefined', async () => {
    responses = [send(204)];
    expect(await client().deleteOrder({ params: { orderId: '1' } })).toBeUndefined();
  });

  it('with a problem is an error that tells which', async () => {
    responses = [problem(404, 'order-not-found')];
    const error = await client()
      .getOrder({ params: { orderId: '1' } })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({
      status: 404,
      type: 'order-not-found',
      message: 'D',
      details: { extra: 1 },
    });
    expect([isProblem(error, 'order-not-found'), isProblem(error, 'customer-not-found')]).toEqual([
      true,
      false,
    ]);
    expect(isProblem(new Error('x'), 'order-not-found')).toBe(false);
  });

  it.each([
    ['something without a type', send(400, { type: null, title: 5 }), '5'],
    ['the gateway', send(401, { message: 'Unauthorized' }), 'Unauthorized'],
    [
      'something else',
      (_: unknown, response: ServerResponse) => response.writeHead(403).end('<html>'),
      'HTTP status 403',
    ],
  ])('of %s is a problem, too', async (_, respond, message) => {
    responses = [respond as Respond];
    await expect(client().listOrders()).rejects.toMatchObject({ type: 'about:blank', message });
  });
});

it('an answer that is no JSON is none', async () => {
  responses = [(_, response) => response.end('<html>')];
  await expect(client().listOrders()).rejects.toThrow(NetworkError);
});

describe('an idempotent request is tried again', () => {
  it.each([
    ['no answer', hangUp],
    ['429', send(429, {})],
    ['500', send(500, { message: 'Internal Server Error' })],
    ['503', send(503, {})],
  ])('after %s', async (_, failure) => {
    responses = [failure, failure, send(200, { ok: true })];
    expect(await client().listOrders()).toEqual({ ok: true });
    expect(requests).toHaveLength(3);
  });

  it('as often as it may, and then fails', async () => {
    responses = [problem(503, 'service-unavailable'), problem(503, 'service-unavailable')];
    await expect(client().listOrders({}, { retries: 1 })).rejects.toMatchObject({
      type: 'service-unavailable',
    });
    responses = [hangUp];
    await expect(client({ retries: 0 }).listOrders()).rejects.toThrow(NetworkError);
    expect(requests).toHaveLength(3);
  });

  it('after an attempt that takes too long', async () => {
    responses = [hang, send(200, { ok: true })];
    expect(await client({ timeoutMs: 100 }).listOrders()).toEqual({ ok: true });
  });

  it('after a body that breaks off', async () => {
    const broken: Respond = (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a":', () => request.socket.destroy());
    };
    responses = [broken, send(200, { ok: true })];
    expect(await client().listOrders()).toEqual({ ok: true });
  });

  it('not before Retry-After, and not at all if that is far away', async () => {
    responses = [send(503, {}, { 'retry-after': '1' }), send(200, {})];
    const startedAt = performance.now();
    await client().listOrders();
    expect(performance.now() - startedAt).toBeGreaterThan(990);
    responses = [send(503, {}, { 'retry-after': '60' })];
    await expect(client().listOrders()).rejects.toMatchObject({ status: 503 });
  });

  it('and a creation is one: every attempt has the same Idempotency-Key', async () => {
    responses = [hangUp, send(500, {}), send(201, { id: 1 })];
    expect(await client().createOrder({ body: {} })).toEqual({ id: 1 });
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[\da-f]{32}$/);
    expect(new Set(keys).size).toBe(1);
    await client().createOrder({ body: {}, headers: { 'idempotency-key': 'mine' } });
    expect(requests.at(-1)?.headers['idempotency-key']).toBe('mine');
  });
});

describe('a request is not tried again', () => {
  it.each([
    [
      'that changes something',
      () => client().updateOrder({ params: { orderId: '1' }, ifMatch: '*' }),
      hangUp,
    ],
    ['that is wrong', () => client().listOrders(), send(400, {})],
  ])('%s', async (_, run, failure) => {
    responses = [failure];
    await expect(run()).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });

  it('that its caller has given up, under way or between attempts', async () => {
    responses = [hang];
    const underWay = AbortSignal.timeout(50);
    await expect(client().listOrders({}, { signal: underWay })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    responses = [send(503, {}, { 'retry-after': '3' })];
    const between = AbortSignal.timeout(200);
    await expect(client().listOrders({}, { signal: between })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    expect(requests).toHaveLength(2);
  });
});

it('pauses grow, are random, and end', () => {
  const pauses = (attempt: number) =>
    Array.from({ length: 200 }, () => retryPauseMs({ cause: 0 }, attempt) as number);
  for (const [attempt, most] of [
    [0, 100],
    [3, 800],
    [20, 5000],
  ] as const) {
    const all = pauses(attempt);
    expect(Math.max(...all)).toBeLessThanOrEqual(most);
    expect(Math.max(...all)).toBeGreaterThan(most * 0.8);
    expect(Math.min(...all)).toBeLessThan(most * 0.2);
  }
});

describe('a stream', () => {
  it('is read while it is written, for as long as it takes', async () => {
    const { promise: opened, resolve: open } = Promise.withResolvers<void>();
    responses = [
      async (_, response) => {
        response.writeHead(200).write('first');
        await opened;
        response.end('second');
      },
    ];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const stream: ReadableStream<Uint8Array> = await client({ timeoutMs: 200 }).watchOrders();
    const seen: string[] = [];
    for await (const part of stream) {
      seen.push(Buffer.from(part).toString());
      // Longer than the timeout of a response.
      vi.advanceTimersByTime(1000);
      open();
    }
    expect(seen).toEqual(['first', 'second']);
  });

  it('is a problem, or nothing, as any other response', async () => {
    responses = [problem(409, 'closed'), hang];
    await expect(client().watchOrders()).rejects.toMatchObject({ status: 409 });
    await expect(client({ timeoutMs: 50, retries: 0 }).watchOrders()).rejects.toBeInstanceOf(NetworkError);
  });
});
