import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ClientOptions, clientOf, isProblem, NetworkError, ProblemError } from './index.ts';
import { retryPauseMs } from './retry.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

// A real server that answers as each test says, and notes what it was asked.
let server: Server;
let baseUrl: string;
const requests: IncomingMessage[] = [];
let answers: Answer[];

beforeAll(async () => {
  server = createServer((request, response) => {
    requests.push(request);
    (answers.shift() ?? send(200, {}))(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  requests.length = 0;
  answers = [];
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function send(status: number, body?: unknown, headers: Record<string, string> = {}): Answer {
  return (_, response) =>
    response.writeHead(status, headers).end(body === undefined ? undefined : JSON.stringify(body));
}
const hangUp: Answer = (request) => request.socket.destroy();
const hang: Answer = () => {};
const problem = (status: number, type: string) =>
  send(status, { type: `urn:problem-type:${type}`, title: 'T', status, detail: 'D', extra: 1 });

// biome-ignore lint/suspicious/noExplicitAny: the types of the generated client are tested where it is generated
function client(options: Partial<ClientOptions> = {}): any {
  return clientOf(
    {
      getGame: ['GET', '/games/{gameId}'],
      listGames: ['GET', '/games'],
      createGame: ['POST', '/games', 1],
      updateGame: ['PATCH', '/games/{gameId}'],
      deleteGame: ['DELETE', '/games/{gameId}'],
      readFile: ['GET', '/files/{path+}'],
    },
    { baseUrl, ...options },
  );
}

describe('a request', () => {
  it('has the parts where the contract has them', async () => {
    let body: unknown;
    answers = [
      async (request, response) => {
        body = await json(request);
        send(200, { id: 1 })(request, response);
      },
    ];
    const request = { params: { gameId: 'a/b c' }, query: { tag: ['x', 'y'], no: undefined }, ifMatch: 3 };
    const headers = { 'x-one': 1, 'x-none': undefined };
    expect(
      await client({ token: 'secret' }).updateGame({ ...request, headers, body: { title: 't' } }),
    ).toEqual({
      id: 1,
    });
    const [{ method, url, headers: sent }] = requests as [IncomingMessage];
    expect([method, url]).toEqual(['PATCH', '/games/a%2Fb%20c?tag=x&tag=y']);
    expect(sent).toMatchObject({
      authorization: 'Bearer secret',
      'content-type': 'application/json',
      'if-match': '"3"',
      'x-one': '1',
    });
    expect(sent).not.toHaveProperty('x-none');
    expect(body).toEqual({ title: 't' });
  });

  it('without a body says nothing of one', async () => {
    await client().listGames();
    expect(requests[0]?.headers).not.toHaveProperty('content-type');
    expect(requests[0]?.headers).not.toHaveProperty('authorization');
    expect(requests[0]?.url).toBe('/games');
  });

  it('may have a base with a path, and a greedy parameter', async () => {
    await client({ baseUrl: `${baseUrl}/v1/` }).readFile({ params: { path: 'a b/c' } });
    expect(requests[0]?.url).toBe('/v1/files/a%20b/c');
  });

  it('asks for the token before each attempt', async () => {
    answers = [send(503, {}), send(200, {})];
    let count = 0;
    await client({ token: async () => `t${++count}` }).listGames();
    expect(requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer t1', 'Bearer t2']);
  });

  it.each(['', '.', '..'])('cannot name something else by the id "%s"', async (gameId) => {
    await expect(client().getGame({ params: { gameId } })).rejects.toThrow(TypeError);
    await expect(client().readFile({ params: { path: `a/${gameId}/b` } })).rejects.toThrow(/parameter path/);
    expect(requests).toEqual([]);
  });

  it('reaches the server as it was meant, whatever is in it', async () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 });
    await fc.assert(
      fc.asyncProperty(
        text.filter((id) => !/^\.{1,2}$/.test(id)),
        text,
        async (gameId, value) => {
          requests.length = 0;
          await client().getGame({ params: { gameId }, query: { value } });
          const url = new URL(requests[0]?.url as string, baseUrl);
          expect(decodeURIComponent(url.pathname.slice('/games/'.length))).toBe(gameId);
          expect(url.searchParams.get('value')).toBe(value);
        },
      ),
    );
  });
});

describe('an answer', () => {
  it('without a body is undefined', async () => {
    answers = [send(204)];
    expect(await client().deleteGame({ params: { gameId: '1' } })).toBeUndefined();
  });

  it('with a problem is an error that tells which', async () => {
    answers = [problem(404, 'game-not-found')];
    const error = await client()
      .getGame({ params: { gameId: '1' } })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ProblemError);
    expect(error).toMatchObject({ status: 404, type: 'game-not-found', message: 'D', details: { extra: 1 } });
    expect([isProblem(error, 'game-not-found'), isProblem(error, 'user-not-found')]).toEqual([true, false]);
    expect(isProblem(new Error('x'), 'game-not-found')).toBe(false);
  });

  it.each([
    ['whoever gives no type', send(400, { type: null, title: 5 }), '5'],
    ['the gateway', send(401, { message: 'Unauthorized' }), 'Unauthorized'],
    [
      'something else',
      (_: unknown, response: ServerResponse) => response.writeHead(403).end('<html>'),
      'HTTP status 403',
    ],
  ])('of %s is a problem, too', async (_, answer, message) => {
    answers = [answer as Answer];
    await expect(client().listGames()).rejects.toMatchObject({ type: 'about:blank', message });
  });
});

it('an answer that is no JSON is none', async () => {
  answers = [(_, response) => response.end('<html>')];
  await expect(client().listGames()).rejects.toThrow(NetworkError);
});

describe('an idempotent request is tried again', () => {
  it.each([
    ['no answer', hangUp],
    ['429', send(429, {})],
    ['500', send(500, { message: 'Internal Server Error' })],
    ['503', send(503, {})],
  ])('after %s', async (_, failure) => {
    answers = [failure, failure, send(200, { ok: true })];
    expect(await client().listGames()).toEqual({ ok: true });
    expect(requests).toHaveLength(3);
  });

  it('as often as it may, and then fails', async () => {
    answers = [problem(503, 'service-unavailable'), problem(503, 'service-unavailable')];
    await expect(client().listGames({}, { retries: 1 })).rejects.toMatchObject({
      type: 'service-unavailable',
    });
    answers = [hangUp];
    await expect(client({ retries: 0 }).listGames()).rejects.toThrow(NetworkError);
    expect(requests).toHaveLength(3);
  });

  it('after an attempt that takes too long', async () => {
    answers = [hang, send(200, { ok: true })];
    expect(await client({ timeoutMs: 100 }).listGames()).toEqual({ ok: true });
  });

  it('after a body that breaks off', async () => {
    const broken: Answer = (request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('{"a":');
      setTimeout(() => request.socket.destroy(), 20);
    };
    answers = [broken, send(200, { ok: true })];
    expect(await client().listGames()).toEqual({ ok: true });
  });

  it('not before Retry-After, and not at all if that is far away', async () => {
    answers = [send(503, {}, { 'retry-after': '1' }), send(200, {})];
    const startedAt = performance.now();
    await client().listGames();
    expect(performance.now() - startedAt).toBeGreaterThan(990);
    answers = [send(503, {}, { 'retry-after': '60' })];
    await expect(client().listGames()).rejects.toMatchObject({ status: 503 });
  });

  it('and a creation is one: every attempt has the same Idempotency-Key', async () => {
    answers = [hangUp, send(500, {}), send(201, { id: 1 })];
    expect(await client().createGame({ body: {} })).toEqual({ id: 1 });
    const keys = requests.map(({ headers }) => headers['idempotency-key']);
    expect(keys[0]).toMatch(/^[\da-f]{32}$/);
    expect(new Set(keys).size).toBe(1);
    await client().createGame({ body: {}, headers: { 'idempotency-key': 'mine' } });
    expect(requests.at(-1)?.headers['idempotency-key']).toBe('mine');
  });
});

describe('a request is not tried again', () => {
  it.each([
    ['that changes something', () => client().updateGame({ params: { gameId: '1' }, ifMatch: '*' }), hangUp],
    ['that is wrong', () => client().listGames(), send(400, {})],
  ])('%s', async (_, run, failure) => {
    answers = [failure];
    await expect(run()).rejects.toThrow();
    expect(requests).toHaveLength(1);
  });

  it('that its caller has given up, under way or between attempts', async () => {
    answers = [hang];
    const underWay = AbortSignal.timeout(50);
    await expect(client().listGames({}, { signal: underWay })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    answers = [send(503, {}, { 'retry-after': '3' })];
    const between = AbortSignal.timeout(200);
    await expect(client().listGames({}, { signal: between })).rejects.toMatchObject({ name: 'TimeoutError' });
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
