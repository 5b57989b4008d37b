import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { environmentStarter } from '../environment/start-environment.ts';
import { authorization, newAccessKey } from './access-key.ts';
import { Lambda } from './lambda.ts';
import { lambdaService } from './lambda-service.ts';

// The AWS SDK as it is, on real sockets and real processes.
const accessKey = newAccessKey();
let folder: string;
let lambda: Lambda;
let server: Server;
let client: LambdaClient;
let url: string;
const warnings: string[] = [];

function put(functionName: string, source: string, settings: Partial<FunctionConfiguration> = {}): void {
  const bundle = join(folder, `${functionName}.mjs`);
  writeFileSync(bundle, source);
  lambda.put({
    functionName,
    bundle,
    memorySize: 128,
    timeout: 5,
    environment: {},
    logFormat: 'Text',
    isolation: 'process',
    ...settings,
  });
}

const handler = (body: string) => `export const handler = async (event, context) => { ${body} };`;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lambda-'));
  lambda = new Lambda({ startEnvironment: await environmentStarter(), log: () => {} });
  put('echo', handler('return event'));
  put('context', handler('return context'));
  put('failing', handler('console.log("about to fail"); throw new TypeError("boom")'));
  server = lambdaService(lambda, { accessKey, retryDelaysMs: [10, 20], warn: (text) => warnings.push(text) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `http://127.0.0.1:${port}`;
  client = new LambdaClient({
    endpoint: url,
    region: 'eu-central-1',
    credentials: { accessKeyId: accessKey, secretAccessKey: accessKey },
    maxAttempts: 1,
  });
});

afterEach(() => {
  warnings.length = 0;
});

afterAll(async () => {
  await lambda.stop();
  client.destroy();
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

const text = (payload: Uint8Array | undefined) => Buffer.from(payload ?? []).toString();
const invoke = (
  FunctionName: string,
  options: Partial<ConstructorParameters<typeof InvokeCommand>[0]> = {},
) => client.send(new InvokeCommand({ FunctionName, ...options }));

describe('Invoke', () => {
  it.each([
    'echo',
    'echo:live',
    'echo:$LATEST',
    'function:echo',
    '000000000000:function:echo',
    '000000000000:echo:live',
    'eu-central-1:000000000000:function:echo',
    'arn:aws-us-gov:lambda:us-gov-west-1:123456789012:function:echo:live',
    'arn:aws:lambda:us-east-1:000000000000:function:echo',
    'arn:aws:lambda:us-east-1:000000000000:function:echo:$LATEST',
  ])('runs a function called %s', async (name) => {
    const answer = await invoke(name, { Payload: Buffer.from('{"a":"ż"}') });
    expect(answer).toMatchObject({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(answer.FunctionError).toBeUndefined();
    expect(JSON.parse(text(answer.Payload))).toEqual({ a: 'ż' });
  });

  it('takes no payload for an empty event', async () => {
    expect(text((await invoke('echo')).Payload)).toBe('{}');
  });

  it('gives a function’s error with status 200 and a header that says so', async () => {
    const answer = await invoke('failing');
    expect(answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(text(answer.Payload))).toMatchObject({
      errorType: 'TypeError',
      errorMessage: 'boom',
      trace: expect.arrayContaining(['TypeError: boom']),
    });
  });

  it('gives the end of the log of this invocation', async () => {
    const [answer] = await Promise.all([invoke('failing', { LogType: 'Tail' }), invoke('echo')]);
    const log = Buffer.from(answer.LogResult ?? '', 'base64').toString();
    expect(log).toMatch(
      /^START RequestId: .*\n.*\tINFO\tabout to fail\n[\s\S]*\nEND .*\nREPORT .*Status: error.*\n$/,
    );
    expect((await invoke('echo')).LogResult).toBeUndefined();
  });

  it('gives at most 4 KB of it', async () => {
    put('talkative', handler('for (let n = 0; n < 500; n++) console.log("line " + n)'));
    const answer = await invoke('talkative', { LogType: 'Tail' });
    const log = Buffer.from(answer.LogResult ?? '', 'base64');
    expect(log).toHaveLength(4096);
    expect(log.toString()).toContain('line 499');
  });

  it('hands on client context, qualifier and request id', async () => {
    const ClientContext = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
    const answer = await invoke('context', { ClientContext, Qualifier: 'live' });
    expect(JSON.parse(text(answer.Payload))).toMatchObject({
      clientContext: { custom: { a: 'b' } },
      invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:context:live',
      awsRequestId: answer.$metadata.requestId,
    });
  });

  it('takes a qualifier in the name and as a parameter when both are the same', async () => {
    expect(await invoke('echo:live', { Qualifier: 'live' })).toMatchObject({ StatusCode: 200 });
  });

  it('hands the client context of an Event to nobody', async () => {
    const file = join(folder, 'context-of-event');
    put(
      'writes-context',
      `import { writeFileSync } from 'node:fs';
       ${handler('writeFileSync(event.file, JSON.stringify([context.clientContext]))')}`,
    );
    const ClientContext = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
    const Payload = JSON.stringify({ file });
    await invoke('writes-context', { InvocationType: 'Event', ClientContext, Payload });
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toBe('[null]'), 5000);
  });

  it('changes nothing with DryRun', async () => {
    expect(await invoke('failing', { InvocationType: 'DryRun' })).toMatchObject({ StatusCode: 204 });
  });

  it('refuses more invocations at once than are reserved, and takes the next', async () => {
    const gate = join(folder, 'gate');
    const waits = `while (!(await import('node:fs')).existsSync(${JSON.stringify(gate)})) await new Promise((done) => setTimeout(done, 5));`;
    put('slow', handler(`${waits} return 1`), { reservedConcurrency: 2 });
    const invocations = [invoke('slow'), invoke('slow'), invoke('slow')];
    const refused = await Promise.race(invocations).catch((error) => error);
    // Only then do the others end.
    writeFileSync(gate, '');
    const answers = await Promise.allSettled(invocations);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'fulfilled', 'rejected']);
    expect(refused).toMatchObject({
      name: 'TooManyRequestsException',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
    expect(text((await invoke('slow')).Payload)).toBe('1');
  });

  it.each<[string, string, Parameters<typeof invoke>[1], number, string, string | RegExp]>([
    [
      'an unknown function',
      'nobody',
      {},
      404,
      'ResourceNotFoundException',
      'Function not found: arn:aws:lambda:us-east-1:000000000000:function:nobody:$LATEST',
    ],
    ['an unknown version', 'echo:7', {}, 404, 'ResourceNotFoundException', /:function:echo:7$/],
    ['an unknown alias', 'echo', { Qualifier: '$latest' }, 404, 'ResourceNotFoundException', /:\$latest$/],
    [
      'two qualifiers',
      'echo:live',
      { Qualifier: '$LATEST' },
      400,
      'InvalidParameterValueException',
      'The derived qualifier from the function name does not match the specified qualifier.',
    ],
    [
      'a payload that is not JSON',
      'echo',
      { Payload: '{' },
      400,
      'InvalidRequestContentException',
      /^Could not parse request body into json: Could not parse payload into json: \w/,
    ],
    [
      'a payload that is not UTF-8',
      'echo',
      { Payload: Buffer.from([0x22, 0x87, 0x22]) },
      400,
      'InvalidRequestContentException',
      /^Could not parse request body into json/,
    ],
    [
      'a payload over 6 MB',
      'echo',
      { Payload: `"${'x'.repeat(6 * 2 ** 20)}"` },
      413,
      'RequestTooLargeException',
      'Request must be smaller than 6291456 bytes for the InvokeFunction operation',
    ],
    [
      'an event over 1 MB',
      'echo',
      { Payload: `"${'x'.repeat(2 ** 20)}"`, InvocationType: 'Event' },
      413,
      'RequestTooLargeException',
      '1048578 byte payload is too large for the Event invocation type (limit 1048576 bytes)',
    ],
    ...['bm8=', Buffer.from('["a"]').toString('base64'), '{"a":"b"}'].map(
      (ClientContext): [string, string, object, number, string, string] => [
        `the client context ${ClientContext}`,
        'echo',
        { ClientContext },
        400,
        'InvalidRequestContentException',
        'Client context must be a valid Base64-encoded JSON object.',
      ],
    ),
    ...[3584, 30_000].map((length): [string, string, object, number, string, RegExp] => [
      `a client context of ${length} bytes`,
      'echo',
      { ClientContext: Buffer.from(`{"a":"${'x'.repeat((length / 4) * 3 - 8)}"}`).toString('base64') },
      400,
      'InvalidRequestContentException',
      /at most 3583 bytes/,
    ]),
    [
      'an unknown invocation type',
      'echo',
      { InvocationType: 'Later' as 'Event' },
      400,
      'ValidationException',
      "1 validation error detected: Value 'Later' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]",
    ],
    [
      'an unknown log type',
      'echo',
      { LogType: 'Head' as 'Tail' },
      400,
      'ValidationException',
      /'logType' .* \[None, Tail\]$/,
    ],
  ])('refuses %s as Lambda does', async (_, name, options, status, type, message) => {
    await expect(invoke(name, options)).rejects.toMatchObject({
      name: type,
      $metadata: { httpStatusCode: status },
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('takes the longest client context', async () => {
    // Base64 has four bytes for three, so that 3580 is the longest length below the limit.
    const ClientContext = Buffer.from(`{"a":"${'x'.repeat((3580 / 4) * 3 - 8)}"}`).toString('base64');
    expect(ClientContext).toHaveLength(3580);
    expect(await invoke('echo', { ClientContext })).toMatchObject({ StatusCode: 200 });
  });
});

describe('a malformed request', () => {
  it.each([
    ['POST', '/2015-03-31/functions/%E0%A4%A/invocations', 400, 'ValidationException'],
    ['POST', '/2015-03-31/functions/%/invocations', 400, 'ValidationException'],
    ['GET', '/2015-03-31/functions/%zz', 400, 'ValidationException'],
    ['POST', '/2015-03-31/functions/echo/invocations?Qualifier=%E0%A4%A', 400, 'ValidationException'],
    ['GET', '/2017-03-31/tags/%E0%A4%A', 400, 'ValidationException'],
    ['GET', '/2015-03-31/functions/echo/aliases/%E0%A4%A', 404, 'ResourceNotFoundException'],
    ['PUT', '/2015-03-31/functions/echo/code', 404, 'UnknownOperationException'],
    ['POST', '/2015-03-31/functions', 404, 'UnknownOperationException'],
    ['GET', '/2015-03-31/functions/echo/invocations', 404, 'UnknownOperationException'],
    ['GET', '/', 404, 'UnknownOperationException'],
    ['GET', '//', 404, 'UnknownOperationException'],
  ])('%s %s is refused with %i %s', async (method, path, status, type) => {
    const response = await fetch(url + path, { method, headers: authorization(accessKey) });
    expect([response.status, response.headers.get('x-amzn-errortype')]).toEqual([status, type]);
    expect(response.headers.get('x-amzn-requestid')).toMatch(/^[\da-f-]{36}$/);
    expect(await response.json()).toMatchObject({ Type: 'User', message: expect.stringMatching(/\w/) });
    expect(warnings).toEqual([]);
  });
});

describe('an Event', () => {
  const counting = (failures: number) =>
    `import { appendFileSync, readFileSync } from 'node:fs';
     ${handler(`appendFileSync(event.file, '.');
     if (readFileSync(event.file).length <= ${failures}) throw new Error('not yet')`)}`;

  const attempts = async (failures: number) => {
    const file = join(folder, `attempts-${failures}`);
    writeFileSync(file, '');
    put(`counting-${failures}`, counting(failures));
    const answer = await invoke(`counting-${failures}`, {
      InvocationType: 'Event',
      Payload: JSON.stringify({ file }),
    });
    expect(answer.StatusCode).toBe(202);
    expect(text(answer.Payload)).toBe('');
    return () => readFileSync(file).length;
  };

  it('is tried twice more when its function fails', async () => {
    const count = await attempts(2);
    await vi.waitFor(() => expect(count()).toBe(3), 5000);
    // Each retry is announced before it waits: there is no third one.
    await lambda.drain();
    expect(count()).toBe(3);
    expect(warnings).toHaveLength(2);
  });

  it('is dropped then, which the log says', async () => {
    const count = await attempts(99);
    await vi.waitFor(
      () => expect(warnings.at(-1)).toMatch(/for counting-99 is dropped after 3 attempts: Error: not yet/),
      5000,
    );
    expect(count()).toBe(3);
  });
});
