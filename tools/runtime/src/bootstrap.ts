/**
 * Runs inside an environment, before any user code: loads the handler and hands it events, as AWS's runtime interface
 * client for nodejs24.x does. Talks with the runtime on file descriptor 3.
 */
import { Socket } from 'node:net';
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import { readFrames, writeFrame } from './frames.ts';
import { describeError, RuntimeError } from './function-error.ts';
import type { EnvironmentMessage, InvokeMessage } from './messages.ts';

const channel = new Socket({ fd: 3 });
const { env } = process;

process.on('uncaughtException', (error) => fail(error, 129));
process.on('unhandledRejection', (reason) =>
  fail(new RuntimeError('Runtime.UnhandledPromiseRejection', String(reason), reason), 128),
);

const startedAt = performance.now();
const handler = await loadHandler(env.NANOSERVICES_BUNDLE as string);
delete env.NANOSERVICES_BUNDLE;
send({ type: 'ready', initDurationMs: performance.now() - startedAt });
readFrames(channel, (message: InvokeMessage) => void invoke(message));

/** nodejs24.x calls a handler with two arguments: there is no callback any more. */
type Handler = (event: unknown, context: Context) => unknown;

async function loadHandler(bundle: string): Promise<Handler> {
  const module = await import(pathToFileURL(bundle).href).catch((error) => {
    throw error instanceof SyntaxError
      ? new RuntimeError('Runtime.UserCodeSyntaxError', String(error), error)
      : error?.code === 'ERR_MODULE_NOT_FOUND'
        ? new RuntimeError('Runtime.ImportModuleError', `Error: ${error.message}`, error)
        : error;
  });
  if (typeof module.handler !== 'function') {
    throw new RuntimeError('Runtime.HandlerNotFound', `${env._HANDLER} is undefined or not exported`);
  }
  if (module.handler.length >= 3) {
    throw new RuntimeError(
      'Runtime.CallbackHandlerDeprecated',
      'nodejs24.x does not support callback handlers: use an async function of at most two parameters.',
    );
  }
  return module.handler;
}

async function invoke({ requestId, event, deadlineMs }: InvokeMessage): Promise<void> {
  // Without a reference, an event loop that runs empty before the handler settles ends the process, as in Lambda.
  channel.unref();
  try {
    const result = await handler(JSON.parse(event), contextOf(requestId, deadlineMs));
    channel.ref();
    send({ type: 'response', payload: serialise(result), maxRssKb: maxRssKb() });
  } catch (error) {
    channel.ref();
    send({ type: 'error', error: describeError(error), maxRssKb: maxRssKb() });
  }
}

function serialise(result: unknown): string {
  try {
    return JSON.stringify(result === undefined ? null : result);
  } catch {
    throw new RuntimeError('Runtime.JSONStringifyError', 'Unable to stringify response body');
  }
}

function contextOf(requestId: string, deadlineMs: number): Context {
  const context = {
    functionName: env.AWS_LAMBDA_FUNCTION_NAME as string,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION as string,
    invokedFunctionArn: `arn:aws:lambda:${env.AWS_REGION}:000000000000:function:${env.AWS_LAMBDA_FUNCTION_NAME}`,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE as string,
    awsRequestId: requestId,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME as string,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME as string,
    getRemainingTimeInMillis: () => Math.max(0, deadlineMs - Date.now()),
  };
  // The types still have what nodejs24.x has taken away: done, fail, succeed and callbackWaitsForEmptyEventLoop.
  return context as Context;
}

function fail(error: unknown, exitCode: number): void {
  const message = { type: 'error', error: describeError(error), maxRssKb: maxRssKb() };
  writeFrame(channel, message, () => process.exit(exitCode));
}

function send(message: EnvironmentMessage): void {
  writeFrame(channel, message);
}

function maxRssKb(): number {
  return process.resourceUsage().maxRSS;
}
