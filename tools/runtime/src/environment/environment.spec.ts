import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Environment, InvokeResult } from './environment.ts';
import type { FunctionConfiguration } from './function-configuration.ts';
import { type LogEntry, logLines } from './log-entry.ts';
import { environmentStarter, type StartEnvironment } from './start-environment.ts';

// Real processes and threads running real bundles, written here.
let folder: string;
let startEnvironment: StartEnvironment;
let logs: LogEntry[] = [];
const environments: Environment[] = [];

beforeAll(async () => {
  startEnvironment = await environmentStarter();
  folder = mkdtempSync(join(tmpdir(), 'environment-'));
});

afterEach(async () => {
  await Promise.all(environments.splice(0).map((environment) => environment.stop()));
  logs = [];
  vi.unstubAllEnvs();
});

afterAll(() => rmSync(folder, { recursive: true }));

const handler = (body: string) => `export const handler = async (event, context) => { ${body} };`;
const invocation = (requestId: string, event: unknown = {}) => ({ requestId, event: JSON.stringify(event) });
const payloadOf = ({ payload }: InvokeResult) => JSON.parse(payload ?? 'null');
const logText = () => logs.map((entry) => logLines(entry, 'Text')).join('\n');

describe.each(['process', 'thread'] as const)('in a %s,', (isolation) => {
  let count = 0;
  function start(
    source: string,
    { initTimeoutMs = 60_000, ...settings }: Partial<FunctionConfiguration> & { initTimeoutMs?: number } = {},
  ): Environment {
    const bundle = join(folder, `${isolation}-${++count}.mjs`);
    writeFileSync(bundle, source);
    const configuration: FunctionConfiguration = {
      functionName: 'fn',
      bundle,
      memorySize: 128,
      timeout: 60,
      environment: {},
      logFormat: 'Text',
      isolation,
      ...settings,
    };
    const log = (entry: LogEntry) => logs.push(entry);
    const environment = startEnvironment(configuration, { log, initTimeoutMs });
    environments.push(environment);
    return environment;
  }

  const run = (source: string, settings?: Parameters<typeof start>[1]) =>
    start(source, settings).invoke(invocation('r-1', { a: 1 }));

  describe('a handler', () => {
    it('gets the event and a context, and its result is the payload', async () => {
      const source = handler('return { event, context, left: context.getRemainingTimeInMillis() }');
      const result = payloadOf(await run(source));
      expect(result).toEqual({
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
      });
      expect(Number.isInteger(result.left)).toBe(true);
      expect(result.left).toBeGreaterThan(0);
      expect(result.left).toBeLessThanOrEqual(60_000);
    });

    it('gets the client context, the ARN it was invoked by and the trace id of this invocation only', async () => {
      const environment = start(handler('return [context, process.env._X_AMZN_TRACE_ID]'));
      const told = { clientContext: '{"custom":{"a":"b"}}', invokedFunctionArn: 'arn:x', traceId: 'Root=1' };
      const first = payloadOf(await environment.invoke({ ...invocation('r-1'), ...told }));
      expect(first[0]).toMatchObject({ clientContext: { custom: { a: 'b' } }, invokedFunctionArn: 'arn:x' });
      expect(first[1]).toBe('Root=1');
      expect(payloadOf(await environment.invoke(invocation('r-2')))[1]).toBeNull();
    });

    it('gets the ids of its caller in the context, and in the store of the invocation', async () => {
      const environment = start(
        handler(`const { InvokeStore } = awslambda;
          return [context.tenantId, context.xRayTraceId, InvokeStore.getRequestId(), InvokeStore.getXRayTraceId()]`),
      );
      const told = { tenantId: 'tenant-1', traceId: 'Root=1' };
      const first = await environment.invoke({ ...invocation('r-1'), ...told });
      expect(payloadOf(first)).toEqual(['tenant-1', 'Root=1', 'r-1', 'Root=1']);
      expect(payloadOf(await environment.invoke(invocation('r-2')))).toEqual([null, null, 'r-2', null]);
    });

    it('is in UTC and in the folder of its code, wherever the runtime is', async () => {
      vi.stubEnv('TZ', 'America/New_York');
      const source = `import { cwd } from 'node:process'; import { resolve } from 'node:path';
        ${handler('return [new Date(0).getHours(), process.env.TZ, process.cwd(), cwd(), resolve("x")]')}`;
      const task = realpathSync(folder);
      expect(payloadOf(await run(source))).toEqual([0, ':UTC', task, task, join(task, 'x')]);
    });

    it('is kept for the next invocation, which has no init phase', async () => {
      const environment = start(`let n = 0; ${handler('return ++n')}`);
      const first = await environment.invoke(invocation('r-1'));
      const second = await environment.invoke(invocation('r-2'));
      expect([payloadOf(first), payloadOf(second)]).toEqual([1, 2]);
      expect(first.report.initDurationMs).toBeGreaterThan(0);
      expect(first.report.billedDurationMs).toBeGreaterThanOrEqual(first.report.initDurationMs ?? 0);
      expect(second.report.initDurationMs).toBeUndefined();
      expect(second.report).toMatchObject({ status: 'success', memorySizeMb: 128 });
      expect(second.report.maxMemoryUsedMb).toBeGreaterThan(isolation === 'process' ? 20 : 2);
    });

    it('that returns nothing has the payload null', async () => {
      expect(payloadOf(await run(handler('')))).toBeNull();
    });

    it('may take and give megabytes, but no more than Lambda allows', async () => {
      const environment = start(handler('return event.text ?? "x".repeat(event.size)'), { memorySize: 512 });
      const text = 'ż'.repeat(1_500_000);
      expect(payloadOf(await environment.invoke(invocation('r-1', { text })))).toBe(text);
      const limit = 6 * 1024 * 1024 + 100;
      const whole = await environment.invoke(invocation('r-2', { size: limit - 2 }));
      expect(whole.error).toBeUndefined();
      const large = await environment.invoke(invocation('r-3', { size: limit - 1 }));
      expect(large.error).toMatchObject({ errorType: 'Function.ResponseSizeTooLarge' });
      expect(environment.stopped).toBe(false);
    });

    it('sees the variables of Lambda and its own, and nothing of this machine', async () => {
      process.env.SECRET_OF_THE_HOST = 'x';
      const result = await run(handler('return process.env'), { environment: { OWN: 'a=b' } });
      delete process.env.SECRET_OF_THE_HOST;
      expect(payloadOf(result)).toMatchObject({
        OWN: 'a=b',
        AWS_LAMBDA_FUNCTION_NAME: 'fn',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs24.x',
        AWS_LAMBDA_LOG_FORMAT: 'Text',
        AWS_LAMBDA_RUNTIME_API: '127.0.0.1:9001',
        LAMBDA_TASK_ROOT: folder,
        LAMBDA_RUNTIME_DIR: '/var/runtime',
        TZ: ':UTC',
      });
      expect(payloadOf(result)).not.toHaveProperty('AWS_LAMBDA_LOG_LEVEL');
      expect(payloadOf(result)).not.toHaveProperty('SECRET_OF_THE_HOST');
      expect(payloadOf(result)).not.toHaveProperty('NANOSERVICES_BUNDLE');
    });

    const ticking = handler(
      `const before = ticks;
       while (ticks < before + event.ticks) await new Promise((done) => setTimeout(done, 1));
       return [before, ticks]`,
    );

    it('is frozen between invocations: what it left behind waits for the next one', async () => {
      const environment = start(
        `let ticks = 0; setInterval(() => ticks++, 10);
         ${ticking}`,
      );
      const [, first] = payloadOf(await environment.invoke(invocation('r-1', { ticks: 3 })));
      // Another environment runs meanwhile, and tells how long that is.
      const clock = start(`let ticks = 0; setInterval(() => ticks++, 10); ${ticking}`);
      await clock.invoke(invocation('r-1', { ticks: 20 }));
      const [before, second] = payloadOf(await environment.invoke(invocation('r-2', { ticks: 3 })));
      expect(before - first).toBeLessThanOrEqual(1);
      expect(second).toBeGreaterThan(before);
    });
  });

  describe('the log', () => {
    it('has Lambda’s lines around the function’s own, each with its request', async () => {
      const source = `console.log('init'); ${handler('console.warn("n=%d", 1); console.debug({ a: 1 }); return 1')}`;
      await run(source);
      expect(logText().split('\n')).toEqual([
        expect.stringMatching(/^\S+Z\t-\tINFO\tinit$/),
        'START RequestId: r-1 Version: $LATEST',
        expect.stringMatching(/^\S+Z\tr-1\tWARN\tn=1$/),
        expect.stringMatching(/^\S+Z\tr-1\tDEBUG\t\{ a: 1 \}$/),
        'END RequestId: r-1',
        expect.stringMatching(
          /^REPORT RequestId: r-1\tDuration: \d+\.\d\d ms\tBilled Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: \d+ MB\tInit Duration: \d+\.\d\d ms$/,
        ),
      ]);
    });

    it('is JSON with request ids and levels where the function says so', async () => {
      const source = handler(
        `console.log({ a: 1 }); console.debug('quiet'); console.error('bad', new TypeError('x')); return 1`,
      );
      await run(source, { logFormat: 'JSON' });
      const lines = logs.map((entry) => JSON.parse(logLines(entry, 'JSON')));
      expect(lines).toMatchObject([
        { type: 'platform.start', record: { requestId: 'r-1', version: '$LATEST' } },
        { level: 'INFO', requestId: 'r-1', message: { a: 1 } },
        { level: 'ERROR', requestId: 'r-1', errorType: 'TypeError', errorMessage: 'x' },
        {
          type: 'platform.report',
          record: { requestId: 'r-1', status: 'success', metrics: { memorySizeMB: 128 } },
        },
      ]);
      expect(lines[2].stackTrace[0]).toBe('TypeError: x');
    });

    it.each([
      ['Text', undefined, ['DEBUG', 'INFO', 'WARN']],
      ['JSON', undefined, ['INFO', 'WARN']],
      ['Text', 'WARN', ['WARN']],
      ['JSON', 'warn', ['WARN']],
      ['JSON', 'DEBUG', ['DEBUG', 'INFO', 'WARN']],
    ] as const)(
      'with the format %s and the level %s has the lines from that level on',
      async (logFormat, level, levels) => {
        const environment: Record<string, string> = level ? { AWS_LAMBDA_LOG_LEVEL: level } : {};
        await run(handler(`console.debug(1); console.log(1); console.warn(1)`), { logFormat, environment });
        const lines = logs.flatMap((entry) => (entry.type === 'function' ? [entry.line] : []));
        expect(lines.map((line) => /DEBUG|INFO|WARN/.exec(line)?.[0])).toEqual(levels);
      },
    );

    it('has what is written past the console, which cannot disturb the answer', async () => {
      const result = await run(handler(`process.stdout.write('\\0\\0\\0\\x02{}'); return 1`));
      expect(payloadOf(result)).toBe(1);
    });

    it('tells what a handler threw', async () => {
      await run(handler(`throw new TypeError('boom')`));
      expect(logText()).toMatch(
        /r-1\tERROR\tInvoke Error \t\{"errorType":"TypeError","errorMessage":"boom","stack":\["TypeError: boom"/,
      );
      expect(logText()).toMatch(/REPORT .*\tStatus: error\tError Type: TypeError$/);
    });
  });

  describe('the log of a failure has Lambda’s lines', () => {
    it('for an init phase: the error, and a report with a name that Lambda knows', async () => {
      await run(`throw new TypeError('no')`);
      expect(logText().split('\n').slice(0, 3)).toEqual([
        expect.stringMatching(
          /^\S+Z\t-\tERROR\tInit Error \t\{"errorType":"TypeError","errorMessage":"no","stack":\[/,
        ),
        expect.stringMatching(
          /^INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: init\tStatus: error\tError Type: Runtime\.Unknown$/,
        ),
        'START RequestId: r-1 Version: $LATEST',
      ]);
      logs = [];
      await run('export const other = 1', { logFormat: 'JSON' });
      expect(logs.map((entry) => JSON.parse(logLines(entry, 'JSON')))).toMatchObject([
        { level: 'ERROR', message: { errorType: 'HandlerNotFoundError' } },
        {
          type: 'platform.initReport',
          record: { phase: 'init', status: 'error', errorType: 'Runtime.HandlerNotFound' },
        },
        { type: 'platform.start' },
        { type: 'platform.report', record: { status: 'error' } },
      ]);
    });

    it('for an invocation that takes too long', async () => {
      await run(handler('while (true) {}'), { timeout: 0.3 });
      expect(logText().split('\n')).toEqual([
        'START RequestId: r-1 Version: $LATEST',
        expect.stringMatching(/^\S+Z r-1 Task timed out after 0\.30 seconds$/),
        '',
        'END RequestId: r-1',
        expect.stringMatching(/^REPORT RequestId: r-1\t.*\tStatus: timeout$/),
      ]);
    });

    it('for an environment that ends', async () => {
      await run(handler('process.exit(3)'));
      expect(logText()).toContain(
        '\nRequestId: r-1 Error: Runtime exited with error: exit status 3\nRuntime.ExitError\nEND RequestId: r-1\n',
      );
    });

    it('and none for an environment that is stopped before it is ready', async () => {
      const environment = start(`await new Promise((done) => setTimeout(done, 60_000)); ${handler('')}`);
      await environment.stop();
      await environment.initialised();
      expect(logs).toEqual([]);
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
        'a result without JSON',
        handler('return () => 1'),
        { errorType: 'TypeError', errorMessage: 'Wrong arguments' },
      ],
      [
        'an error that cannot be read',
        handler(`throw Object.assign(new Error('odd'), { name: 7 })`),
        { errorType: 'handled', trace: [] },
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
        { errorType: 'Error', errorMessage: expect.stringContaining("Cannot find package 'no-such-module'") },
      ],
      [
        'a missing module of require()',
        `import { createRequire } from 'node:module'; createRequire(import.meta.url)('no-such-module')`,
        {
          errorType: 'Runtime.ImportModuleError',
          errorMessage: expect.stringContaining("Error: Cannot find module 'no-such-module'"),
        },
      ],
      [
        'an export that is no function',
        'export const handler = {}',
        { errorType: 'Runtime.HandlerNotFound', errorMessage: 'handler.handler is not a function' },
      ],
      [
        'a missing export',
        'export const other = 1',
        {
          errorType: 'Runtime.HandlerNotFound',
          errorMessage: 'handler.handler is undefined or not exported',
        },
      ],
      [
        'a callback handler',
        'export const handler = (event, context, callback) => callback(null, 1)',
        { errorType: 'Runtime.CallbackHandlerDeprecated' },
      ],
    ])('for %s', async (_, source, expected) => {
      expect((await run(source)).error).toMatchObject(expected);
    });

    it.each([
      [
        'an unhandled rejection',
        `Promise.reject(new Error('lost')); await new Promise((done) => setTimeout(done, 500))`,
        1,
      ],
      [
        'an uncaught exception',
        `setTimeout(() => { throw new Error('lost') }); await new Promise((done) => setTimeout(done, 500))`,
        1,
      ],
      ['process.exit', `console.error('lost'); process.exit(3)`, 3],
      ['a throw of no Error that has no string', `console.error('lost'); throw Object.create(null)`, 1],
    ])('for %s, with the reason in the log', async (_, body, status) => {
      const environment = start(handler(body));
      const { error, report } = await environment.invoke(invocation('r-1'));
      expect(error).toEqual({
        errorType: 'Runtime.ExitError',
        errorMessage: `RequestId: r-1 Error: Runtime exited with error: exit status ${status}`,
      });
      expect(report).toMatchObject({ status: 'error', errorType: 'Runtime.ExitError' });
      expect(logText()).toContain('lost');
      expect(environment.stopped).toBe(true);
    });

    it('for a promise that never settles, with the reason in the log', async () => {
      const { error } = await run(handler('await new Promise(() => {})'));
      expect(error).toEqual({
        errorType: 'Runtime.ExitError',
        errorMessage: 'RequestId: r-1 Error: Runtime exited without providing a reason',
      });
      expect(logText()).toMatch(/r-1\tERROR\tThe promise never settles/);
    });

    it('for an endless loop, not before the deadline, and nothing of it goes on', async () => {
      const environment = start(handler('if (event.hang) while (true) {}'), { timeout: 2 });
      await environment.invoke(invocation('r-0'));
      const startedAt = performance.now();
      const { error, report } = await environment.invoke(invocation('r-1', { hang: true }));
      const tookMs = performance.now() - startedAt;
      expect(error).toEqual({
        errorType: 'Sandbox.Timedout',
        errorMessage: 'RequestId: r-1 Error: Task timed out after 2.00 seconds',
      });
      expect(report.status).toBe('timeout');
      expect(tookMs).toBeGreaterThanOrEqual(1990);
      expect(environment.stopped).toBe(true);
    });

    it('for a full heap', async () => {
      const { error } = await run(
        handler('const hoard = []; for (;;) hoard.push(new Array(1e5).fill(hoard.length))'),
      );
      expect(error?.errorType).toMatch(/^Runtime\.(ExitError|OutOfMemory)$/);
    });

    it.runIf(isolation === 'thread' || process.platform === 'linux')(
      'for memory outside the heap',
      async () => {
        const source = handler(
          'globalThis.hoard = Buffer.alloc(300 * 2 ** 20, 1); await new Promise((done) => setTimeout(done, 50_000))',
        );
        expect((await run(source)).error).toEqual({
          errorType: 'Runtime.OutOfMemory',
          errorMessage: 'RequestId: r-1 Error: Runtime exited with error: signal: killed',
        });
      },
    );
  });

  describe('an init phase that takes too long', () => {
    const slow = (ms: number) =>
      `await new Promise((done) => setTimeout(done, ${ms})); ${handler('return 1')}`;

    it('is repeated in the first invocation, in that one’s time', async () => {
      const result = await run(slow(300), { initTimeoutMs: 150 });
      expect(payloadOf(result)).toBe(1);
      expect(result.report.durationMs).toBeGreaterThan(290);
      expect(logText()).toContain('INIT_REPORT Init Duration: 150.00 ms\tPhase: init\tStatus: timeout');
      expect(logText()).not.toContain('Phase: invoke');
    });

    it('fails the invocation that has not enough time for it', async () => {
      const { error } = await run(slow(3000), { initTimeoutMs: 150, timeout: 0.3 });
      expect(error?.errorMessage).toBe('RequestId: r-1 Error: Task timed out after 0.30 seconds');
      expect(logText()).toMatch(/INIT_REPORT Init Duration: \d+\.\d\d ms\tPhase: invoke\tStatus: timeout/);
    });
  });

  it('an environment that has stopped says so to the next invocation', async () => {
    const environment = start(handler('process.exit(1)'));
    await environment.invoke(invocation('r-1'));
    expect((await environment.invoke(invocation('r-2'))).error?.errorType).toBe('Runtime.ExitError');
  });
});
