import { setImmediate as turn } from 'node:timers/promises';
import type { InvocationEnd, InvokeMessage } from '../environment/messages.ts';
import { installAwslambda, runInStore } from './awslambda.ts';
import type { Channel } from './channel.ts';
import { type FunctionLog, patchConsole } from './console.ts';
import { contextOf } from './context.ts';
import { functionErrorOf, JSONStringifyError } from './function-error.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import { outputTo } from './output.ts';
import { patchReadableConsole, reportCrashes } from './readable-console.ts';
import { isStreaming, runStreaming, type StreamingHandler } from './streaming.ts';

/**
 * Loads the function and runs its invocations one at a time, as AWS's runtime interface client for nodejs24.x does. Like
 * version 4 of that client, it leaves uncaught exceptions and unhandled rejections to Node, which ends the environment.
 *
 * @throws when an error of the function cannot be read, which ends the environment, too
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
export async function serve(bundle: string, channel: Channel): Promise<never> {
  const store = await installAwslambda();
  const write = (body: string) => channel.send({ type: 'log', body });
  const patch = channel.isLogReadable ? patchReadableConsole : patchConsole;
  const log = patch({ write, requestId: () => store.getRequestId() });
  const flushOutput = outputTo(write);
  if (channel.isLogReadable) reportCrashes(log);
  process.once('exit', flushOutput);
  process.once('beforeExit', () => {
    console.error('The promise never settles: nothing is left to wait for.');
  });
  const handler = await initialise(bundle, channel, log);
  for (;;) {
    const message = channel.next();
    const ending = await runInStore(store, message, () => invoke(handler, message, channel, log));
    flushOutput();
    channel.send(ending);
  }
}

async function initialise(bundle: string, channel: Channel, log: FunctionLog): Promise<Handler> {
  const startedAt = performance.now();
  try {
    const handler = await loadHandler(bundle);
    channel.send({ type: 'ready', initDurationMs: performance.now() - startedAt });
    return handler;
  } catch (error) {
    log.error('Init Error', error);
    channel.send(failure(error, channel));
    process.exit(1);
  }
}

async function invoke(
  handler: Handler,
  message: InvokeMessage,
  channel: Channel,
  log: FunctionLog,
): Promise<InvocationEnd> {
  if (message.traceId) process.env._X_AMZN_TRACE_ID = message.traceId;
  else delete process.env._X_AMZN_TRACE_ID;
  try {
    if (isStreaming(handler)) return await stream(handler, message, channel, log);
    // Lambda calls it as a method: `this` is an object, without anything for functions.
    const result = await handler.call({}, JSON.parse(message.body), contextOf(message));
    // Immediate work comes before the response, as in Lambda.
    await turn();
    return success(result, channel);
  } catch (error) {
    await turn();
    log.error('Invoke Error', error);
    return failure(error, channel);
  }
}

async function stream(
  handler: StreamingHandler,
  message: InvokeMessage,
  channel: Channel,
  log: FunctionLog,
): Promise<InvocationEnd> {
  const event = JSON.parse(message.body);
  const { streamedBytes, failure: broken } = await runStreaming(handler, event, contextOf(message), channel);
  await turn();
  if (!broken) return { ...success(undefined, channel), streamedBytes };
  log.error('Invoke Error', broken.error);
  return { ...failure(broken.error, channel), streamedBytes };
}

function success(result: unknown, channel: Channel): InvocationEnd {
  return { type: 'response', memoryMb: channel.memoryMb(), body: serialise(result) };
}

function serialise(result: unknown): string {
  const text = stringify(result === undefined ? null : result);
  // A function or a symbol has no JSON. The error is that of AWS's native client.
  if (text === undefined) throw new TypeError('Wrong arguments');
  return text;
}

function stringify(result: unknown): string | undefined {
  try {
    return JSON.stringify(result);
  } catch {
    throw new JSONStringifyError('Unable to stringify response body');
  }
}

function failure(error: unknown, channel: Channel): InvocationEnd {
  return { type: 'error', memoryMb: channel.memoryMb(), body: JSON.stringify(functionErrorOf(error)) };
}
