import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  GetFunctionCommand,
  InvokeCommand,
  LambdaClient,
  ListFunctionsCommand,
} from '@aws-sdk/client-lambda';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { environmentStarter } from '../environment/start-environment.ts';
import { Lambda } from './lambda.ts';
import { lambdaService } from './lambda-service.ts';

// The AWS SDK as it is, on real sockets and real processes.
let folder: string;
let lambda: Lambda;
let server: Server;
let client: LambdaClient;
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
  server = lambdaService(lambda, { retryDelaysMs: [10, 20], warn: (text) => warnings.push(text) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  client = new LambdaClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
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
    '000000000000:function:echo',
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

  it.each<[string, string, Parameters<typeof invoke>[1], number, string]>([
    ['an unknown function', 'nobody', {}, 404, 'ResourceNotFoundException'],
    ['an unknown version', 'echo:7', {}, 404, 'ResourceNotFoundException'],
    ['a payload that is not JSON', 'echo', { Payload: '{' }, 400, 'InvalidRequestContentException'],
    [
      'a payload over 6 MB',
      'echo',
      { Payload: `"${'x'.repeat(6 * 2 ** 20)}"` },
      413,
      'RequestTooLargeException',
    ],
    [
      'an event over 1 MB',
      'echo',
      { Payload: `"${'x'.repeat(2 ** 20)}"`, InvocationType: 'Event' },
      413,
      'RequestTooLargeException',
    ],
    [
      'a client context that is no JSON',
      'echo',
      { ClientContext: 'bm8=' },
      400,
      'InvalidRequestContentException',
    ],
    ['an unknown type', 'echo', { InvocationType: 'Later' as 'Event' }, 400, 'ValidationException'],
  ])('refuses %s as Lambda does', async (_, name, options, status, type) => {
    await expect(invoke(name, options)).rejects.toMatchObject({
      name: type,
      $metadata: { httpStatusCode: status },
      message: expect.stringMatching(/\w/),
    });
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
    const { readFileSync } = await import('node:fs');
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

describe('GetFunction and ListFunctions', () => {
  it('describe what there is', async () => {
    const { Configuration, Code } = await client.send(new GetFunctionCommand({ FunctionName: 'echo' }));
    expect(Configuration).toMatchObject({
      FunctionName: 'echo',
      Runtime: 'nodejs24.x',
      MemorySize: 128,
      Timeout: 5,
      State: 'Active',
      CodeSha256: expect.stringMatching(/^.{43}=$/),
    });
    expect(Code?.Location).toContain('echo.mjs');
    const { Functions } = await client.send(new ListFunctionsCommand({}));
    expect(Functions?.map(({ FunctionName }) => FunctionName)).toContain('failing');
  });

  it('know no function that is not there', async () => {
    await expect(client.send(new GetFunctionCommand({ FunctionName: 'nobody' }))).rejects.toMatchObject({
      name: 'ResourceNotFoundException',
    });
  });
});
