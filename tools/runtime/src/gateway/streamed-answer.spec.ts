import { EventEmitter, once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cors, Isolation } from '@nanoservices/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { environmentStarter } from '../environment/start-environment.ts';
import { Lambda } from '../lambda/lambda.ts';
import { Gateway, type RequestRecord } from './gateway.ts';

// Real sockets, and functions in both isolations.
let folder: string;
let lambda: Lambda;
let gateway: Gateway;
let url: string;
const records: RequestRecord[] = [];
const logged = new EventEmitter();
const nextRecord = async (): Promise<RequestRecord> => (await once(logged, 'record'))[0];
/** The server's end of the latest connection. */
let connection: Socket | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gateway-'));
  lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  gateway = new Gateway({
    lambda,
    log: (record) => {
      records.push(record);
      logged.emit('record', record);
    },
    verifyToken: async () => {
      throw new Error('not asked for');
    },
    integrationTimeoutMs: 50,
  });
  gateway.server.on('request', ({ socket }) => {
    connection = socket;
  });
  gateway.server.listen(0, '127.0.0.1');
  await once(gateway.server, 'listening');
  url = `http://127.0.0.1:${(gateway.server.address() as AddressInfo).port}`;
});

beforeEach(() => {
  records.length = 0;
});

afterAll(async () => {
  gateway.server.closeAllConnections();
  gateway.server.close();
  await lambda.stop();
  rmSync(folder, { recursive: true });
});

let count = 0;

/** Serves a function at `GET /` as an endpoint that streams. */
function serve(source: string, isolation: Isolation = 'thread', cors?: Cors): void {
  const functionName = `function-${++count}`;
  const bundle = join(folder, `${functionName}.mjs`);
  writeFileSync(bundle, source);
  const settings = { memorySize: 256, timeout: 2, environment: {}, logFormat: 'Text', isolation } as const;
  lambda.put({ functionName, bundle, ...settings });
  const route = { function: functionName, method: 'GET', path: '/', access: 'public' } as const;
  gateway.configure({ routes: [{ ...route, stream: 'text/event-stream' }], cors });
}

const streaming = (body: string) => `
  const until = async (file) => { const { existsSync } = await import('node:fs');
    while (!existsSync(file)) await new Promise((done) => setTimeout(done, 5)); };
  const { HttpResponseStream } = awslambda;
  export const handler = awslambda.streamifyResponse(async (event, stream) => { ${body} });`;

describe.each<Isolation>(['process', 'thread'])('a streamed answer of a %s', (isolation) => {
  it('has status, headers and cookies, and arrives while it is written', async () => {
    // It takes longer than the timeout of an integration.
    serve(
      streaming(`
        const out = HttpResponseStream.from(stream, {
          statusCode: 201, headers: { 'content-type': 'text/event-stream', 'X-A': 'b' }, cookies: ['c=1', 'd=2'] });
        out.write('first'); await until(event.queryStringParameters.gate); out.write('second'); out.end();`),
      isolation,
    );
    const gate = join(folder, `gate-${++count}`);
    const response = await fetch(`${url}/?gate=${encodeURIComponent(gate)}`);
    expect(response.status).toBe(201);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(response.headers.get('x-a')).toBe('b');
    expect(response.headers.getSetCookie()).toEqual(['c=1', 'd=2']);
    expect(response.headers.get('apigw-requestid')).toMatch(/^[\da-f-]{36}$/);
    const seen: string[] = [];
    for await (const part of response.body as ReadableStream<Uint8Array>) {
      seen.push(Buffer.from(part).toString());
      // The second part comes after the first was seen.
      if (seen.length === 1) writeFileSync(gate, '');
    }
    expect(seen).toEqual(['first', 'second']);
    expect(records).toMatchObject([{ status: 201, report: { status: 'success' } }]);
  });

  it('breaks off when its function fails, which the log explains', async () => {
    serve(streaming('stream.write("part"); throw new TypeError("boom")'), isolation);
    const response = await fetch(url);
    expect(response.status).toBe(200);
    await expect(response.text()).rejects.toThrow();
    expect(records).toMatchObject([{ status: 200, reason: 'TypeError: boom' }]);
  });
});

describe('a streamed answer', () => {
  it('is logged when its client has gone, which ends each event source', async () => {
    serve(
      streaming(`
        const out = HttpResponseStream.from(stream, { statusCode: 200 });
        out.write('first'); await until(event.queryStringParameters.gate); out.end('second');`),
    );
    const gate = join(folder, `gate-${++count}`);
    const leaving = new AbortController();
    const response = await fetch(`${url}/?gate=${encodeURIComponent(gate)}`, { signal: leaving.signal });
    const closed = once(connection as Socket, 'close');
    leaving.abort();
    await expect(response.text()).rejects.toThrow();
    await closed;
    const record = nextRecord();
    writeFileSync(gate, '');
    expect(await record).toMatchObject({
      status: 200,
      reason: 'the client has gone',
      report: { status: 'success' },
    });
    expect(records).toHaveLength(1);
  });

  it('may have its status in pieces, and together with its first part', async () => {
    serve(
      streaming(`
        stream.setContentType('application/vnd.awslambda.http-integration-response');
        for (const piece of ['{"status', 'Code":202}\\0\\0\\0', '\\0\\0\\0\\0\\0bo', 'dy'])
          await new Promise((done) => stream.write(piece, done));
        stream.end();`),
    );
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([202, 'body']);
  });

  it('is a 200 of its content type when it has no status', async () => {
    serve(streaming(`stream.setContentType('text/csv'); stream.end('a,b')`));
    const response = await fetch(url);
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/csv']);
    expect(await response.text()).toBe('a,b');
  });

  it.each([200, 204])('has the CORS headers of the gateway, and none of its own: %s', async (statusCode) => {
    serve(
      streaming(`HttpResponseStream.from(stream, { statusCode: ${statusCode},
        headers: { 'access-control-allow-origin': '*', 'access-control-max-age': '1' } }).write(''); stream.end()`),
      'thread',
      { allowOrigins: ['https://app.example'] },
    );
    const record = nextRecord();
    const response = await fetch(url, { headers: { origin: 'https://app.example' } });
    // The headers arrive before the function has ended.
    await record;
    expect(response.status).toBe(statusCode);
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example');
    expect(response.headers.has('access-control-max-age')).toBe(false);
  });

  it('may be a returned response', async () => {
    serve('export const handler = async () => ({ statusCode: 418, body: "whole" })');
    const response = await fetch(url);
    expect([response.status, await response.text()]).toEqual([418, 'whole']);
  });

  it.each<[string, string, RegExp]>([
    ['an error before the first part', 'throw new Error("no")', /Error: no/],
    [
      'a malformed status',
      'HttpResponseStream.from(stream, { statusCode: "x" }).write("a"); stream.end()',
      /malformed: "statusCode" is the string "x" and must be/,
    ],
    ...['oops', '', '[]', '"text"', '7', 'null', '{"statusCode":200'].map(
      (prelude): [string, string, RegExp] => [
        `the prelude ${prelude}`,
        `stream.setContentType('application/vnd.awslambda.http-integration-response');
       stream.write(${JSON.stringify(`${prelude}${'\0'.repeat(8)}x`)}); stream.end()`,
        /malformed: its stream begins with no JSON object/,
      ],
    ),
    [
      'an end without a status',
      'HttpResponseStream.from(stream, {}); stream.end()',
      /before status and headers/,
    ],
    [
      'a prelude that never ends',
      `stream.setContentType('application/vnd.awslambda.http-integration-response'); stream.end('x'.repeat(100_000))`,
      /no status and headers/,
    ],
    [
      'the timeout of the function',
      'await new Promise((done) => setTimeout(done, 60_000))',
      /Task timed out after 2\.00/,
    ],
  ])('is a 500 after %s', async (_, body, reason) => {
    serve(streaming(body));
    const response = await fetch(url);
    expect([response.status, await response.json()]).toEqual([500, { message: 'Internal Server Error' }]);
    expect(records).toMatchObject([{ status: 500, reason: expect.stringMatching(reason) }]);
  });
});
