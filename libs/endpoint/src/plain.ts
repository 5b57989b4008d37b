import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import type { LambdaHandler } from './fuse.ts';
import type { SmokeEvent } from './smoke.ts';
import { isStreaming, type StreamingHandler, streaming } from './streaming-handler.ts';

type PlainHandler = LambdaHandler | StreamingHandler;

/**
 * Makes a plain Lambda handler answer smoke tests, which it does not know. The build wraps every handler that neither
 * `endpoint()` nor `stream()` has made. Anything but a function is handed on: Lambda reports it.
 *
 * @param name - name of the endpoint, for the error
 * @throws Error for a handler with a callback, which nodejs24.x refuses
 */
export function plain(name: string, handler: PlainHandler): PlainHandler {
  if (typeof handler !== 'function') return handler;
  if (isStreaming(handler)) {
    const own = (...[event, out, context]: Parameters<StreamingHandler>) =>
      isSmoke(event) ? void out.end(JSON.stringify(alive)) : handler(event, out, context);
    return streaming(own);
  }
  if (handler.length > 2) throw noCallbacks(name);
  return (event: APIGatewayProxyEventV2, context: Context) =>
    isSmoke(event) ? alive : handler(event, context);
}

const alive = { statusCode: 204 };

/** A plain handler may take any JSON. */
function isSmoke(event: unknown): boolean {
  return (event as SmokeEvent | null)?.smoke === true;
}

/** @returns an error with the name of Lambda's, and the way out */
function noCallbacks(name: string): Error {
  const error = new Error(
    `The handler of ${name} takes a callback (event, context, callback), and nodejs24.x calls none. Give it two arguments and a promise: (event, context) => util.promisify(handler)(event, context). If it returns a promise already: (event, context) => handler(event, context).`,
  );
  error.name = 'CallbackHandlerDeprecatedError';
  return error;
}
