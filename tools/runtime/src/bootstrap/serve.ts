import { setImmediate as turn } from 'node:timers/promises';
import type { InvocationEnd, InvokeMessage, SandboxMessage } from '../environment/messages.ts';
import { consoleTo, type InvocationLog } from './console.ts';
import { contextOf } from './context.ts';
import { describeError, RuntimeError } from './function-error.ts';
import { type Handler, loadHandler } from './load-handler.ts';
import { outputTo } from './output.ts';
import { readableConsole, reportCrashes } from './readable-console.ts';
import { installStreaming, isStreaming, runStreaming } from './streaming.ts';

/** Node's exit code when the event loop runs empty before a promise has settled. */
const unsettled = 13;

/** The connection of an environment with the runtime. */
export interface Channel {
  /** Waits for the next invocation. Meanwhile the environment is frozen: nothing else runs. */
  next(): InvokeMessage;
  /** Sends a message synchronously, so that it is not lost when the environment ends. */
  send(message: SandboxMessage): void;
  /** Writes a part of a streamed response. @param written - called when the next part may follow */
  writePart(part: Uint8Array, written: () => void): void;
  /** @returns the peak memory in megabytes */
  memoryMb(): number;
  /** The log is for a person. */
  readonly isLogReadable: boolean;
}

/**
 * Loads the function and runs its invocations one at a time, as AWS's runtime interface client for nodejs24.x does. Like
 * version 4 of that client, it leaves uncaught exceptions and unhandled rejections to Node, which ends the environment.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
 */
export async function serve(bundle: string, channel: Channel): Promise<never> {
  const write = (body: string) => channel.send({ type: 'log', body });
  const log = channel.isLogReadable ? readableConsole(write) : consoleTo(write);
  const flushOutput = outputTo(write);
  if (channel.isLogReadable) reportCrashes(log);
  installStreaming();
  process.exitCode = unsettled;
  process.once('exit', (code) => {
    if (code === unsettled) console.error('The promise never settles: nothing is left to wait for.');
    flushOutput();
  });
  const handler = await initialise(bundle, channel, log);
  for (;;) {
    const message = channel.next();
    log.requestId = message.requestId;
    const ending = await invoke(handler, message, channel, log);
    flushOutput();
    channel.send(ending);
  }
}

async function initialise(bundle: string, channel: Channel, log: InvocationLog): Promise<Handler> {
  const startedAt = performance.now();
  try {
    const handler = await loadHandler(bundle);
    channel.send({ type: 'ready', initDurationMs: performance.now() - startedAt });
    return handler;
  } catch (error) {
    channel.send(failure(error, channel, log));
    process.exit(1);
  }
}

async function invoke(
  handler: Handler,
  message: InvokeMessage,
  channel: Channel,
  log: InvocationLog,
): Promise<SandboxMessage> {
  if (message.traceId === undefined) delete process.env._X_AMZN_TRACE_ID;
  else process.env._X_AMZN_TRACE_ID = message.traceId;
  try {
    if (isStreaming(handler)) {
      const { streamedBytes, failure: broken } = await runStreaming(
        handler,
        JSON.parse(message.body),
        contextOf(message),
        channel,
      );
      await turn();
      const ending = broken ? failure(broken.error, channel, log) : success(undefined, channel);
      return { ...ending, streamedBytes };
    }
    const result = await handler(JSON.parse(message.body), contextOf(message));
    // Immediate work comes before the response, as in Lambda.
    await turn();
    return success(result, channel);
  } catch (error) {
    await turn();
    return failure(error, channel, log);
  }
}

function success(result: unknown, channel: Channel): InvocationEnd {
  return { type: 'response', memoryMb: channel.memoryMb(), body: serialise(result) };
}

function serialise(result: unknown): string {
  try {
    return JSON.stringify(result) ?? 'null';
  } catch {
    throw new RuntimeError('Runtime.JSONStringifyError', 'Unable to stringify response body');
  }
}

function failure(error: unknown, channel: Channel, log: InvocationLog): InvocationEnd {
  log.error('Invoke Error', error);
  return { type: 'error', memoryMb: channel.memoryMb(), body: JSON.stringify(describeError(error)) };
}
