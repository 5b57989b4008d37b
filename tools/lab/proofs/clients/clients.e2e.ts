/**
 * The AWS CLI and the AWS SDK, as they are, against `npm start`: what works with Lambda works with the local Lambda. The AWS
 * CLI has no command for streamed responses, so that only the SDK reads them here.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  Lambda,
  paginateListFunctions,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StartedProcess } from '../../testbed/started-process.ts';
import { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';
import { AwsCli, type Ended } from './aws-cli.ts';

let workspace: WorkspaceFixture;
let started: StartedProcess;
let cli: AwsCli;
let sdk: Lambda;

beforeAll(async () => {
  workspace = new WorkspaceFixture().withoutEndpoints();
  workspace.write('functions/topology.json', JSON.stringify({ isolation: { threaded: 'thread' } }));
  workspace.endpoint('echo', 'GET /echo', 'console.log("seen"); return { event, context }');
  workspace.endpoint('threaded', 'GET /threaded', 'return { event, context }');
  workspace.endpoint('failing', 'GET /failing', 'throw new TypeError("boom")');
  workspace.endpoint('slow', 'GET /slow', 'await new Promise((done) => setTimeout(done, 60_000))');
  workspace.endpoint('streaming', 'GET /streaming', 'return undefined');
  workspace.write(
    'functions/test/streaming/src/handler.ts',
    `export const handler = awslambda.streamifyResponse(async (event, stream) => {
       stream.setContentType('text/plain');
       stream.write('one ');
       stream.write('two');
       if (event.fails) throw new TypeError('boom');
       stream.end();
     });`,
  );
  workspace.edit('functions/test/slow/package.json', (text) =>
    JSON.stringify({ ...JSON.parse(text), lambda: { timeout: 1 } }),
  );
  workspace.linkPackages();
  started = await new StartedProcess(workspace.root).ready();
  const home = join(workspace.root, 'home');
  mkdirSync(home);
  const { lambdaUrl, accessKey } = started;
  cli = new AwsCli(home, lambdaUrl, accessKey);
  sdk = new Lambda({
    endpoint: lambdaUrl,
    region: 'eu-central-1',
    credentials: { accessKeyId: accessKey, secretAccessKey: accessKey },
  });
});

afterAll(async () => {
  sdk?.destroy();
  await started?.interrupt();
  await workspace?.delete();
});

/** Runs a command that must succeed, and reads its output. */
async function aws(...args: string[]): Promise<Record<string, never>> {
  const { code, stdout, stderr } = await cli.lambda(...args);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return stdout === '' ? {} : JSON.parse(stdout);
}

/** Runs `aws lambda invoke`. */
async function invoke(...args: string[]): Promise<{ answer: object; payload: string }> {
  const file = join(workspace.root, 'home', 'payload');
  const answer = await aws('invoke', ...args, file);
  return { answer, payload: readFileSync(file, 'utf8') };
}

const names = ['echo', 'failing', 'slow', 'streaming', 'threaded'];

describe('the AWS CLI', () => {
  it('runs the command on the start screen exactly as printed', async () => {
    const printed = started.output.split('\n').find((line) => line.includes('aws lambda invoke'));
    const { code, stdout, stderr } = await cli.shell(printed as string);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/"StatusCode": 200/);
    // The function is alive: it answers the smoke event.
    expect(stdout).toContain('{"statusCode":204}');
  });

  it('is refused without the credentials of this start', async () => {
    const other = new AwsCli(join(workspace.root, 'home'), started.lambdaUrl, 'AKIAOTHER');
    const { code, stderr } = await other.lambda('list-functions');
    expect(code).toBe(255);
    expect(stderr).toContain(
      'An error occurred (UnrecognizedClientException) when calling the ListFunctions',
    );
    expect(stderr).toContain('which `nanos start` prints');
  });

  it.each([
    'echo',
    'threaded',
    'function:echo',
    'arn:aws:lambda:us-east-1:000000000000:function:threaded:live',
  ])('invokes %s', async (name) => {
    const { answer, payload } = await invoke('--function-name', name, '--payload', '{"a":"ż"}');
    expect(answer).toEqual({ StatusCode: 200, ExecutedVersion: '$LATEST' });
    expect(JSON.parse(payload).event).toEqual({ a: 'ż' });
  });

  it('has the end of the log', async () => {
    const { answer } = await invoke('--function-name', 'echo', '--log-type', 'Tail');
    const { LogResult } = answer as { LogResult: string };
    expect(Buffer.from(LogResult, 'base64').toString()).toContain('seen');
  });

  it('hands over a client context', async () => {
    const context = Buffer.from('{"custom":{"a":"b"}}').toString('base64');
    const { payload } = await invoke('--function-name', 'echo', '--client-context', context);
    expect(JSON.parse(payload).context.clientContext).toEqual({ custom: { a: 'b' } });
  });

  it('queues events, and checks requests', async () => {
    const event = await invoke('--function-name', 'echo', '--invocation-type', 'Event');
    expect(event).toEqual({ answer: { StatusCode: 202 }, payload: '' });
    const dry = await invoke('--function-name', 'echo', '--invocation-type', 'DryRun');
    expect(dry).toEqual({ answer: { StatusCode: 204 }, payload: '' });
  });

  it('tells a failure of the function from one of the request', async () => {
    const failed = await invoke('--function-name', 'failing');
    expect(failed.answer).toMatchObject({ StatusCode: 200, FunctionError: 'Unhandled' });
    expect(JSON.parse(failed.payload)).toMatchObject({ errorType: 'TypeError', errorMessage: 'boom' });
    const late = await invoke('--function-name', 'slow');
    expect(JSON.parse(late.payload)).toEqual({
      errorType: 'Sandbox.Timedout',
      errorMessage: expect.stringMatching(
        /^RequestId: [\da-f-]{36} Error: Task timed out after 1\.00 seconds$/,
      ),
    });
  });

  it('lists functions, by pages', async () => {
    const all = await aws('list-functions', '--query', 'Functions[].FunctionName');
    expect(all).toEqual(names);
    const paged = await aws('list-functions', '--page-size', '1', '--query', 'Functions[].FunctionName');
    expect(paged).toEqual(names);
    const first = await aws('list-functions', '--max-items', '4');
    expect([(first as unknown as { Functions: object[] }).Functions.length, first]).toEqual([
      4,
      expect.objectContaining({ NextToken: expect.any(String) }),
    ]);
    const { NextToken } = first;
    const rest = await aws('list-functions', '--starting-token', NextToken as unknown as string);
    expect(rest).toMatchObject({ Functions: [{ FunctionName: 'threaded' }] });
  });

  it('describes functions, versions, aliases and the account', async () => {
    const name = ['--function-name', 'slow'];
    expect(await aws('get-function', ...name)).toMatchObject({
      Configuration: { Timeout: 1, State: 'Active' },
    });
    expect(await aws('get-function-configuration', ...name)).toMatchObject({ Runtime: 'nodejs24.x' });
    expect(await aws('list-versions-by-function', ...name)).toMatchObject({
      Versions: [{ Version: '$LATEST' }],
    });
    expect(await aws('list-aliases', ...name)).toMatchObject({ Aliases: [{ Name: 'live' }] });
    expect(await aws('get-alias', ...name, '--name', 'live')).toMatchObject({ FunctionVersion: '$LATEST' });
    expect(await aws('get-function-concurrency', ...name)).toEqual({});
    expect(await aws('get-account-settings')).toMatchObject({ AccountUsage: { FunctionCount: 5 } });
    expect(await aws('list-event-source-mappings', ...name)).toEqual({ EventSourceMappings: [] });
  });

  it.each(['function-exists', 'function-active-v2', 'function-updated-v2', 'published-version-active'])(
    'waits for %s',
    async (state) => {
      expect(await aws('wait', state, '--function-name', 'echo')).toEqual({});
    },
  );

  it.each<[string[], string]>([
    [['get-function', '--function-name', 'nobody'], '(ResourceNotFoundException)'],
    [['get-policy', '--function-name', 'echo'], '(ResourceNotFoundException)'],
    [['get-function', '--function-name', 'echo!'], '(ValidationException)'],
    [
      ['invoke', '--function-name', 'echo:live', '--qualifier', '$LATEST', '/dev/null'],
      '(InvalidParameterValueException)',
    ],
    [
      ['invoke', '--function-name', 'echo', '--payload', '{', '/dev/null'],
      '(InvalidRequestContentException)',
    ],
    [['delete-function', '--function-name', 'echo'], '(UnknownOperationException)'],
  ])('explains %j', async (args, type) => {
    const { code, stderr }: Ended = await cli.lambda(...args);
    // The service refuses it, not the CLI, which would retry the mistake of a server.
    expect(code).toBe(255);
    expect(stderr).toContain(`An error occurred ${type} when calling the`);
    expect(stderr).not.toContain('reached max retries');
  });
});

describe('the AWS SDK', () => {
  it('invokes, lists and waits', async () => {
    const { Payload } = await sdk.invoke({ FunctionName: 'echo', Payload: '{"a":1}' });
    expect(JSON.parse(Buffer.from(Payload ?? []).toString()).event).toEqual({ a: 1 });
    const listed: (string | undefined)[] = [];
    for await (const { Functions } of paginateListFunctions({ client: sdk, pageSize: 3 }, {}))
      listed.push(...(Functions ?? []).map(({ FunctionName }) => FunctionName));
    expect(listed).toEqual(names);
    for (const wait of [waitUntilFunctionActiveV2, waitUntilFunctionUpdatedV2]) {
      const { state } = await wait({ client: sdk, maxWaitTime: 10 }, { FunctionName: 'echo' });
      expect(state).toBe('SUCCESS');
    }
  });

  it('reads a streamed response, and its error', async () => {
    const read = async (Payload: string) => {
      const { EventStream = [] } = await sdk.invokeWithResponseStream({ FunctionName: 'streaming', Payload });
      let text = '';
      let complete: object | undefined;
      for await (const { PayloadChunk, InvokeComplete } of EventStream) {
        text += Buffer.from(PayloadChunk?.Payload ?? []).toString();
        complete = InvokeComplete ?? complete;
      }
      return { text, complete };
    };
    expect(await read('{}')).toEqual({ text: 'one two', complete: {} });
    expect(await read('{"fails":true}')).toMatchObject({
      text: 'one two',
      complete: { ErrorCode: 'TypeError', ErrorDetails: expect.stringContaining('boom') },
    });
    const { Payload } = await sdk.invoke({ FunctionName: 'streaming' });
    expect(Buffer.from(Payload ?? []).toString()).toBe('one two');
  });

  it('does not try a mistake again', async () => {
    await expect(sdk.invoke({ FunctionName: '%E0%A4%A' })).rejects.toMatchObject({
      name: 'ValidationException',
      $metadata: { httpStatusCode: 400, attempts: 1 },
    });
  });
});
