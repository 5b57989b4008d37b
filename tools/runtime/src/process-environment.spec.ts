import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { bootstrapFile } from './bootstrap-file.ts';
import type { FunctionConfiguration, InvocationResult } from './environment.ts';
import { ProcessEnvironment } from './process-environment.ts';

// Real processes running real bundles, written here.
let folder: string;
let bootstrap: string;
let logs = '';
const environments: ProcessEnvironment[] = [];

beforeAll(async () => {
  bootstrap = await bootstrapFile();
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
});

afterEach(async () => {
  await Promise.all(environments.splice(0).map((environment) => environment.stop()));
  logs = '';
});

afterAll(() => rmSync(folder, { recursive: true }));

let count = 0;
function start(source: string, settings: Partial<FunctionConfiguration> = {}): ProcessEnvironment {
  const bundle = join(folder, `handler-${++count}.mjs`);
  writeFileSync(bundle, source);
  const configuration = {
    functionName: 'fn',
    bundle,
    memorySize: 128,
    timeout: 5,
    environment: {},
    ...settings,
  };
  const environment = new ProcessEnvironment(configuration, bootstrap, (chunk) => {
    logs += chunk;
  });
  environments.push(environment);
  return environment;
}

const run = (source: string, settings?: Partial<FunctionConfiguration>): Promise<InvocationResult> =>
  start(source, settings).invoke({ requestId: 'r-1', event: '{"a":1}' });

const handler = (body: string) => `export const handler = async (event, context) => { ${body} };`;

describe('a handler', () => {
  it('gets the event and a context, and its result is the payload', async () => {
    const result = await run(handler('return { event, context, left: context.getRemainingTimeInMillis() }'));
    expect(result).toMatchObject({
      status: 'success',
      payload: {
        event: { a: 1 },
        context: {
          functionName: 'fn',
          functionVersion: '$LATEST',
          invokedFunctionArn: 'arn:aws:lambda:us-east-1:000000000000:function:fn',
          memoryLimitInMB: '128',
          awsRequestId: 'r-1',
          logGroupName: '/aws/lambda/fn',
          logStreamName: 'local',
        },
        left: expect.any(Number),
      },
    });
    const { left } = (result as { payload: { left: number } }).payload;
    expect(left).toBeGreaterThan(4000);
    expect(left).toBeLessThanOrEqual(5000);
  });

  it('is kept for the next invocation, which has no init phase', async () => {
    const environment = start(`let n = 0; ${handler('return ++n')}`);
    const first = await environment.invoke({ requestId: 'r-1', event: '{}' });
    const second = await environment.invoke({ requestId: 'r-2', event: '{}' });
    expect(first).toMatchObject({ payload: 1, initDurationMs: expect.any(Number) });
    expect(second).toMatchObject({ payload: 2 });
    expect(second).not.toHaveProperty('initDurationMs');
    expect(second.maxMemoryUsedMb).toBeGreaterThan(20);
  });

  it('that returns nothing has the payload null', async () => {
    expect(await run(handler(''))).toMatchObject({ status: 'success', payload: null });
  });

  it('may take and give megabytes', async () => {
    const event = JSON.stringify({ text: 'ż'.repeat(1_500_000) });
    const result = await start(handler('return event.text'), { memorySize: 512 }).invoke({
      requestId: 'r',
      event,
    });
    expect(result).toMatchObject({ status: 'success', payload: 'ż'.repeat(1_500_000) });
  });

  it('prints to the log, and cannot disturb the answer by it', async () => {
    const source = handler(
      `console.log('out'); console.error('err'); process.stdout.write('\\0\\0\\0\\x02{}'); return 1`,
    );
    expect(await run(source)).toMatchObject({ status: 'success', payload: 1 });
    expect(logs).toContain('out');
    expect(logs).toContain('err');
  });

  it('sees the variables of Lambda and its own, and nothing of this machine', async () => {
    process.env.SECRET_OF_THE_HOST = 'x';
    const result = await run(handler('return process.env'), { environment: { OWN: 'a=b' } });
    expect((result as { payload: object }).payload).toMatchObject({
      OWN: 'a=b',
      AWS_LAMBDA_FUNCTION_NAME: 'fn',
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
      AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
      TZ: ':UTC',
    });
    expect((result as { payload: object }).payload).not.toHaveProperty('SECRET_OF_THE_HOST');
    expect((result as { payload: object }).payload).not.toHaveProperty('NANOSERVICES_BUNDLE');
    delete process.env.SECRET_OF_THE_HOST;
  });
});

describe('a failure gives the error that Lambda gives', () => {
  it.each([
    ['a throw', handler(`throw new TypeError('boom')`), { errorType: 'TypeError', errorMessage: 'boom' }],
    [
      'a throw of no Error',
      handler(`throw 'text'`),
      { errorType: 'string', errorMessage: 'text', trace: [] },
    ],
    ['a result that is no JSON', handler('return 1n'), { errorType: 'Runtime.JSONStringifyError' }],
    [
      'an unhandled rejection',
      handler(`Promise.reject(new Error('lost')); await new Promise((done) => setTimeout(done, 500))`),
      { errorType: 'Runtime.UnhandledPromiseRejection', errorMessage: 'Error: lost' },
    ],
    [
      'an uncaught exception',
      handler(
        `setTimeout(() => { throw new Error('late') }); await new Promise((done) => setTimeout(done, 500))`,
      ),
      { errorType: 'Error', errorMessage: 'late' },
    ],
    [
      'process.exit',
      handler('process.exit(3)'),
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: r-1 Error: Runtime exited with error: exit status 3',
      },
    ],
    [
      'a signal',
      handler(`process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})`),
      {
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: r-1 Error: Runtime exited with error: signal: killed',
      },
    ],
    [
      'a promise that never settles',
      handler('await new Promise(() => {})'),
      { errorType: 'Runtime.ExitError', errorMessage: /Runtime exited/ },
    ],
    [
      'a throw at init',
      `throw new RangeError('at init')`,
      { errorType: 'RangeError', errorMessage: 'at init' },
    ],
    ['a syntax error', 'export const handler = (', { errorType: 'Runtime.UserCodeSyntaxError' }],
    [
      'a missing module',
      `import 'no-such-module'; ${handler('')}`,
      { errorType: 'Runtime.ImportModuleError' },
    ],
    [
      'a missing export',
      'export const other = 1',
      { errorType: 'Runtime.HandlerNotFound', errorMessage: 'handler.handler is undefined or not exported' },
    ],
    [
      'a callback handler',
      'export const handler = (event, context, callback) => callback(null, 1)',
      { errorType: 'Runtime.CallbackHandlerDeprecated' },
    ],
  ])('for %s', async (_, source, expected) => {
    const result = await run(source);
    const { errorMessage, ...error } = expected as { errorType: string; errorMessage?: string | RegExp };
    expect(result).toMatchObject({ status: 'error', error });
    if (errorMessage)
      expect((result as { error: { errorMessage: string } }).error.errorMessage).toMatch(errorMessage);
  });

  it('for an endless loop, at the deadline, and nothing of it goes on', async () => {
    const environment = start(handler('while (true) {}'), { timeout: 0.5 });
    const result = await environment.invoke({ requestId: 'r-1', event: '{}' });
    expect(result).toMatchObject({
      status: 'error',
      error: {
        errorType: 'Sandbox.Timedout',
        errorMessage: 'RequestId: r-1 Task timed out after 0.50 seconds',
      },
    });
    expect(result.durationMs).toBeGreaterThanOrEqual(490);
    expect(environment.stopped).toBe(true);
  });

  it('for a full heap', async () => {
    const result = await run(
      handler('const hoard = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length))'),
    );
    expect(result).toMatchObject({
      status: 'error',
      error: { errorType: expect.stringMatching(/ExitError|OutOfMemory/) },
    });
  });

  it.runIf(process.platform === 'linux')('for memory outside the heap', async () => {
    const source = handler(
      'globalThis.hoard = Buffer.alloc(300 * 2 ** 20, 1); await new Promise((done) => setTimeout(done, 1000))',
    );
    expect(await run(source)).toMatchObject({
      status: 'error',
      error: { errorType: 'Runtime.OutOfMemory', errorMessage: expect.stringContaining('signal: killed') },
    });
  });
});

it('an environment that has stopped says so to the next invocation', async () => {
  const environment = start(handler('process.exit(1)'));
  await environment.invoke({ requestId: 'r-1', event: '{}' });
  expect(environment.stopped).toBe(true);
  expect(await environment.invoke({ requestId: 'r-2', event: '{}' })).toMatchObject({ status: 'error' });
});
