import type { APIGatewayProxyEventV2, StreamifyHandler } from 'aws-lambda';

/** Lambda handler that writes its response to a stream, in the form that nodejs24.x calls. */
export type StreamingHandler = StreamifyHandler<APIGatewayProxyEventV2, Promise<void> | void>;

/**
 * The mark that `awslambda.streamifyResponse` gives a handler. Outside Lambda, as in tests, there is no such global.
 *
 * @see https://github.com/aws/aws-lambda-nodejs-runtime-interface-client (src/utils/globals.ts)
 */
const mark = Symbol.for('aws.lambda.runtime.handler.streaming');

/** Marks a handler as one that streams. */
export function streaming(handler: StreamingHandler): StreamingHandler {
  return Object.assign(handler, { [mark]: 'response' });
}

export function isStreaming(handler: object): handler is StreamingHandler {
  return mark in handler;
}
