import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type InvokeWithResponseStreamCommandInput,
  Lambda as LambdaSdk,
  type InvokeWithResponseStreamResponseEvent as StreamEvent,
} from '@aws-sdk/client-lambda';
import type { Isolation } from '@nanoservices/model';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { environmentStarter } from '../environment/start-environment.ts';
import { authorization, newAccessKey } from './access-key.ts';
import { Lambda } from './lambda.ts';
import { lambdaService } from './lambda-service.ts';

const accessKey = newAccessKey();
let folder: string;
let lambda: Lambda;
let server: Server;
let client: LambdaSdk;
let url: string;
let count = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'streaming-'));
  lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  server = lambdaService(lambda, { accessKey, warn: () => {} }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  client = new LambdaSdk({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: accessKey, secretAccessKey: accessKey },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  await lambda.stop();
  client.destroy();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

describe.each<Isolation>(['process', 'thread'])('a streamed response of a %s', (isolation) => {
  /** Adds a function. @returns its name */
  function put(source: string, settings: Partial<FunctionConfiguration> = {}): string {
    const functionName = `function-${++count}`;
    const bundle = join(folder, `${functionName}.mjs`);
    writeFileSync(bundle, source);
    lambda.put({
      functionName,
      bundle,
      memorySize: 512,
      timeout: 20,
      environment: {},
      logFormat: 'Text',
      isolation,
      ...settings,
    });
    return functionName;
  }

  /** Adds a function with a streaming handler. */
  const streaming = (body: string, settings: Partial<FunctionConfiguration> = {}, options = '{}') =>
    put(
      `import { once } from 'node:events';
       import { existsSync, writeFileSync } from 'node:fs';
       import { Readable } from 'node:stream';
       import { pipeline } from 'node:stream/promises';
       const until = async (file) => { while (!existsSync(file)) await new Promise((done) => setTimeout(done, 5)); };
       export const handler = awslambda.streamifyResponse(async (event, stream, context) => { ${body} }, ${options});`,
      settings,
    );

  const send = async (FunctionName: string, more: Partial<InvokeWithResponseStreamCommandInput> = {}) =>
    client.invokeWithResponseStream({ FunctionName, ...more });

  /** Reads a whole response. */
  async function stream(functionName: string, event: object = {}, LogType?: 'Tail') {
    const { EventStream } = await send(functionName, {
      Payload: JSON.stringify(event),
      ...(LogType && { LogType }),
    });
    const parts: Uint8Array[] = [];
    let complete: StreamEvent.InvokeCompleteMember['InvokeComplete'] | undefined;
    for await (const { PayloadChunk, InvokeComplete } of EventStream as AsyncIterable<StreamEvent>) {
      if (PayloadChunk?.Payload) parts.push(PayloadChunk.Payload);
      complete = InvokeComplete ?? complete;
    }
    return { bytes: Buffer.concat(parts), complete };
  }

  const invoke = async (FunctionName: string, event: object = {}) => {
    const { Payload, FunctionError } = await client.invoke({ FunctionName, Payload: JSON.stringify(event) });
    return { bytes: Buffer.from(Payload ?? []), FunctionError };
  };

  it('arrives while it is written', async () => {
    const gate = join(folder, `gate-${++count}`);
    const name = streaming('stream.write("first"); await until(event.gate); stream.end("second")');
    const { EventStream, StatusCode, ExecutedVersion } = await send(name, {
      Payload: JSON.stringify({ gate }),
    });
    expect([StatusCode, ExecutedVersion]).toEqual([200, '$LATEST']);
    const seen: string[] = [];
    for await (const { PayloadChunk, InvokeComplete } of EventStream as AsyncIterable<StreamEvent>) {
      if (InvokeComplete) seen.push('complete');
      else seen.push(Buffer.from(PayloadChunk?.Payload ?? []).toString());
      // The second part comes after the first was seen.
      if (seen.length === 1) writeFileSync(gate, '');
    }
    expect(seen).toEqual(['first', 'second', 'complete']);
  });

  it('has its bytes exactly, and is complete without an error', async () => {
    const name = streaming('stream.write(Buffer.from(event.bytes)); stream.write("ż"); stream.end()');
    const bytes = Array.from({ length: 256 }, (_, index) => index);
    expect(await stream(name, { bytes })).toEqual({
      bytes: Buffer.concat([Buffer.from(bytes), Buffer.from('ż')]),
      complete: {},
    });
  });

  it('begins with status and headers, and eight zero bytes', async () => {
    const name = streaming(`
      const out = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: 'b' } });
      out.write('body'); out.end();`);
    expect((await stream(name)).bytes.toString()).toBe(
      `{"statusCode":201,"headers":{"a":"b"}}${'\0'.repeat(8)}body`,
    );
  });

  it('may come from a pipeline, and write objects as JSON', async () => {
    const name = streaming(`await pipeline(Readable.from(['a', 'b']), async function* (parts) {
      for await (const part of parts) yield part.toUpperCase(); }, stream)`);
    expect((await stream(name)).bytes.toString()).toBe('AB');
    const objects = streaming('stream.write({ a: 1 }); stream.end()');
    expect((await stream(objects)).bytes.toString()).toBe('{"a":1}');
  });

  it('has all that was written before an error', async () => {
    const name = streaming(
      "stream.write('one '); stream.write('two '); stream.write('three'); throw new TypeError('boom')",
    );
    const { bytes, complete } = await stream(name);
    expect(bytes.toString()).toBe('one two three');
    expect(complete).toMatchObject({ ErrorCode: 'TypeError' });
  });

  it('may be empty', async () => {
    expect(await stream(streaming('stream.end()'))).toEqual({ bytes: Buffer.alloc(0), complete: {} });
  });

  it('has no content type after the first part', async () => {
    const name = streaming('stream.write("a"); stream.setContentType("text/html")');
    const { bytes, complete } = await stream(name);
    expect(bytes.toString()).toBe('a');
    expect(complete).toMatchObject({ ErrorCode: 'Runtime.InvalidStreamingOperation' });
    expect(JSON.parse(complete?.ErrorDetails ?? '').errorMessage).toBe('Cannot set content-type, too late.');
  });

  it('waits for a slow receiver', async () => {
    const name = streaming(
      `const part = Buffer.alloc(64 * 1024);
       for (let n = 1; n <= 250; n++) { if (!stream.write(part)) await once(stream, 'drain'); }
       stream.end()`,
      { timeout: 2 },
    );
    let taken = 0;
    const sink = {
      begin: () => {},
      write: (part: Uint8Array) => {
        taken += part.length;
        return taken > 1_000_000 ? new Promise<void>(() => {}) : undefined;
      },
    };
    // 16 MB pass at once, unless the receiver stops after the first.
    const result = await lambda.invoke(name, '{}', { sink });
    expect(result?.error?.errorType).toBe('Sandbox.Timedout');
    expect(taken).toBeLessThan(1_200_000);
    const fast = await lambda.invoke(name, '{}', { sink: { begin: () => {}, write: () => undefined } });
    expect(fast?.error).toBeUndefined();
  });

  it('is written to the end when its client has gone', async () => {
    const file = join(folder, `done-${++count}`);
    const name = streaming(`
      const part = Buffer.alloc(64 * 1024);
      for (let n = 1; n <= 500; n++) { if (!stream.write(part)) await once(stream, 'drain'); }
      stream.end(); await once(stream, 'finish'); writeFileSync(event.file, '')`);
    const path = `/2021-11-15/functions/${name}/response-streaming-invocations`;
    const headers = authorization(accessKey);
    const sent = request(url + path, { method: 'POST', headers }).end(JSON.stringify({ file }));
    const [response] = await once(sent, 'response');
    await once(response, 'readable');
    response.destroy();
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), 10_000);
  });

  it.each([
    ['a thrown error', 'throw new TypeError("boom")', 'TypeError', 'boom'],
    ['an error of the stream', 'stream.destroy(new RangeError("no"))', 'RangeError', 'no'],
    ['the end of the environment', 'process.exit(3)', 'Runtime.ExitError', /exit status 3$/],
    [
      'the timeout',
      'await new Promise((done) => setTimeout(done, 60_000))',
      'Sandbox.Timedout',
      /^RequestId: .* Error: Task timed out after 1\.00 seconds$/,
    ],
    // Nothing is left to wait for, and the stream has not ended.
    ['a missing end', '', 'Runtime.ExitError', /Runtime exited without providing a reason$/],
  ])('has an end that names %s', async (_, body, ErrorCode, message) => {
    const name = streaming(
      `stream.write("part"); await new Promise((done) => stream.write("", done)); ${body}`,
      {
        timeout: 1,
      },
    );
    const { bytes, complete } = await stream(name);
    expect(bytes.toString()).toBe('part');
    expect(complete).toEqual({ ErrorCode, ErrorDetails: expect.any(String) });
    const details = JSON.parse(complete?.ErrorDetails ?? '');
    expect(details).toMatchObject({ errorType: ErrorCode, errorMessage: expect.stringMatching(message) });
    // Another environment, or the same, serves the next request.
    expect((await stream(name)).bytes.toString()).toBe('part');
  });

  it('has no part of the one before', async () => {
    const name = streaming(`
      globalThis.before?.write('late');
      globalThis.before = stream;
      stream.write(event.text);
      if (event.fails) { setTimeout(() => stream.write('later'), 1); throw new Error('no'); }
      await new Promise((done) => setTimeout(done, 20));
      stream.end()`);
    expect((await stream(name, { text: 'first', fails: true })).bytes.toString()).toBe('first');
    expect((await stream(name, { text: 'second' })).bytes.toString()).toBe('second');
  });

  it('has at most 200 MB', async () => {
    const name = streaming(`
      const part = Buffer.alloc(1024 * 1024);
      for (let n = 1; n <= event.parts; n++) { if (!stream.write(part)) await once(stream, 'drain'); }
      stream.end()`);
    const received = async (parts: number) => {
      let bytes = 0;
      const write = (part: Uint8Array): undefined => {
        bytes += part.length;
      };
      const sink = { begin: () => {}, write };
      const result = await lambda.invoke(name, JSON.stringify({ parts }), { sink });
      return { bytes, error: result?.error?.errorType };
    };
    expect(await received(200)).toEqual({ bytes: 200 * 2 ** 20, error: undefined });
    const { bytes, error } = await received(201);
    expect(error).toBe('Function.ResponseSizeTooLarge');
    expect(bytes).toBeLessThanOrEqual(200 * 2 ** 20);
  });

  it('is the payload of a plain Invoke, up to 6 MB', async () => {
    const name = streaming(`
      stream.setContentType('image/png');
      const part = Buffer.alloc(1024 * 1024, 0xff);
      for (let n = 1; n <= event.parts; n++) stream.write(part);
      stream.end()`);
    expect((await invoke(name, { parts: 1 })).bytes.equals(Buffer.alloc(2 ** 20, 0xff))).toBe(true);
    const { bytes, FunctionError } = await invoke(name, { parts: 7 });
    expect(FunctionError).toBe('Unhandled');
    expect(JSON.parse(bytes.toString()).errorType).toBe('Function.ResponseSizeTooLarge');
    expect((await invoke(name, { parts: 2 })).bytes).toHaveLength(2 * 2 ** 20);
  });

  it('takes the place of a returned value, with a warning', async () => {
    const { bytes, complete } = await stream(streaming('stream.end("a"); return "b"'), {}, 'Tail');
    expect(bytes.toString()).toBe('a');
    expect(Buffer.from(complete?.LogResult ?? '', 'base64').toString()).toMatch(
      /^START .*\tWARN\tStreaming handlers ignore return values\.\n.*REPORT .*\n$/s,
    );
  });

  it('needs an async handler', async () => {
    const name = put(
      'export const handler = awslambda.streamifyResponse((event, stream) => { stream.end("a") })',
    );
    const { complete } = await stream(name);
    expect(JSON.parse(complete?.ErrorDetails ?? '').errorMessage).toBe(
      'Streaming does not support non-async handlers.',
    );
  });

  it('is one part when the handler does not stream', async () => {
    const name = put(
      'export const handler = async (event) => { if (event.fails) throw new TypeError("no"); return event }',
    );
    expect(await stream(name, { a: 'ż' })).toEqual({ bytes: Buffer.from('{"a":"ż"}'), complete: {} });
    const { bytes, complete } = await stream(name, { fails: true });
    expect([bytes.length, complete?.ErrorCode]).toEqual([0, 'TypeError']);
  });
});

describe('InvokeWithResponseStream', () => {
  it('refuses what Invoke refuses', async () => {
    await expect(client.invokeWithResponseStream({ FunctionName: 'nobody' })).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
    lambda.put({
      functionName: 'plain',
      bundle: '/nothing.mjs',
      memorySize: 128,
      timeout: 1,
      environment: {},
      logFormat: 'Text',
      isolation: 'process',
    });
    const refused = (input: Partial<InvokeWithResponseStreamCommandInput>) =>
      client.invokeWithResponseStream({ FunctionName: 'plain', ...input }).catch(({ name }) => name);
    expect(await refused({ Payload: '{' })).toBe('InvalidRequestContentException');
    expect(await refused({ InvocationType: 'Event' as 'DryRun' })).toBe('ValidationException');
    const dry = await fetch(`${url}/2021-11-15/functions/plain/response-streaming-invocations`, {
      method: 'POST',
      headers: { 'x-amz-invocation-type': 'DryRun', ...authorization(accessKey) },
    });
    expect(dry.status).toBe(204);
  });
});
