import { finished } from 'node:stream/promises';
import type { Context } from 'aws-lambda';
import type { Channel } from './channel.ts';
import { MalformedStreamingHandler } from './function-error.ts';
import { ResponseStream } from './response-stream.ts';

/** A handler that writes its response: `awslambda.streamifyResponse(handler)`. */
export type StreamingHandler = (event: unknown, stream: ResponseStream, context: Context) => unknown;

/** The marks of a streaming handler. Libraries set them, too. */
const streaming = Symbol.for('aws.lambda.runtime.handler.streaming');
const highWaterMark = Symbol.for('aws.lambda.runtime.handler.streaming.highWaterMark');

interface Marked {
  [streaming]?: unknown;
  [highWaterMark]?: unknown;
}

/**
 * Adds `streamifyResponse` and `HttpResponseStream` to the global `awslambda`, as nodejs24.x does.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/utils/globals.ts)
 */
export function installStreaming(): void {
  if (/^(?:1|true)$/.test(process.env.AWS_LAMBDA_NODEJS_NO_GLOBAL_AWSLAMBDA ?? '')) return;
  const globals = globalThis as { awslambda?: object };
  globals.awslambda = { ...globals.awslambda, streamifyResponse, HttpResponseStream };
}

function streamifyResponse(handler: Marked, options?: { highWaterMark?: unknown }): unknown {
  handler[streaming] = 'response';
  if (typeof options?.highWaterMark === 'number') handler[highWaterMark] = Math.trunc(options.highWaterMark);
  return handler;
}

const HttpResponseStream = {
  /** Makes the first write begin with status, headers and cookies of an HTTP response. They end with eight zero bytes. */
  from(stream: ResponseStream, prelude: unknown): ResponseStream {
    stream.setContentType('application/vnd.awslambda.http-integration-response');
    stream._onBeforeFirstWrite = (write) => {
      write(JSON.stringify(prelude));
      write(new Uint8Array(8));
    };
    return stream;
  },
};

/** @throws MalformedStreamingHandler when the handler has an unknown mark */
export function isStreaming(handler: object): handler is StreamingHandler {
  const mark = (handler as Marked)[streaming];
  if (!mark) return false;
  if (mark === 'response') return true;
  throw new MalformedStreamingHandler('Only response streaming is supported.');
}

/** The end of a streamed response: its length, and the error that broke it off. */
export interface StreamEnd {
  readonly streamedBytes: number;
  readonly failure?: { readonly error: unknown };
}

/** Runs a streaming handler until it has returned and its stream has ended. */
export async function runStreaming(
  handler: StreamingHandler,
  event: unknown,
  context: Context,
  channel: Channel,
): Promise<StreamEnd> {
  const mark = Number((handler as Marked)[highWaterMark]);
  const stream = new ResponseStream(channel, mark > 0 ? { highWaterMark: mark } : {});
  try {
    const returned = handler(event, stream, context);
    if (!isPromise(returned)) throw new Error('Streaming does not support non-async handlers.');
    if ((await returned) !== undefined) console.warn('Streaming handlers ignore return values.');
    await finished(stream);
    return { streamedBytes: await stream.close() };
  } catch (error) {
    return { streamedBytes: await stream.close(), failure: { error } };
  }
}

function isPromise(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}
