import type { ServerResponse } from 'node:http';
import { EventStreamCodec } from '@smithy/core/event-streams';
import type { FunctionError } from '../environment/messages.ts';
import { HttpSink } from './http-sink.ts';
import { type InvokeRequest, LogTail, optionsOf, started, wantsLog } from './invoke.ts';
import { clientContextOf, readEvent } from './invoke-request.ts';
import { oneOf } from './service-error.ts';

const codec = new EventStreamCodec(
  (bytes) => Buffer.from(bytes as Uint8Array).toString(),
  (text) => Buffer.from(text),
);

/**
 * Runs a function and hands its response on while it is written: the operation InvokeWithResponseStream. The response of a
 * function that does not stream is one chunk.
 *
 * @throws ServiceError
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_InvokeWithResponseStream.html
 */
export async function invokeWithResponseStream(invocation: InvokeRequest): Promise<void> {
  const { lambda, request, response } = invocation;
  const { functionName, logFormat } = invocation.reference.found;
  const { headers } = request;
  const type = oneOf(String(headers['x-amz-invocation-type'] ?? 'RequestResponse'), 'invocationType', [
    'RequestResponse',
    'DryRun',
  ]);
  const withLog = wantsLog(request);
  const clientContext = clientContextOf(headers);
  const event = await readEvent(request, 'RequestResponse');
  if (type === 'DryRun') return void response.writeHead(204).end();
  const log = new LogTail(withLog);
  const sink = new HttpSink(response, () => begin(response), payloadChunk);
  const options = { ...optionsOf(invocation), clientContext, log: log.add, sink };
  const result = await started(lambda, functionName, event, options);
  if (!response.headersSent) begin(response);
  // A function that does not stream has returned its whole response.
  if (!sink.hasBegun && result.payload !== undefined)
    response.write(payloadChunk(Buffer.from(result.payload)));
  response.end(invokeComplete(result.error, withLog ? log.base64(logFormat) : undefined));
  invocation.invoked?.(functionName, result.report);
}

function begin(response: ServerResponse): void {
  response.writeHead(200, {
    'x-amz-executed-version': '$LATEST',
    'content-type': 'application/vnd.amazon.eventstream',
  });
  response.flushHeaders();
}

function payloadChunk(body: Uint8Array): Uint8Array {
  return message('PayloadChunk', 'application/octet-stream', body);
}

function invokeComplete(error: FunctionError | undefined, LogResult: string | undefined): Uint8Array {
  const details = error && { ErrorCode: error.errorType, ErrorDetails: JSON.stringify(error) };
  return message(
    'InvokeComplete',
    'application/json',
    Buffer.from(JSON.stringify({ ...details, LogResult })),
  );
}

function message(eventType: string, contentType: string, body: Uint8Array): Uint8Array {
  return codec.encode({
    headers: {
      ':message-type': { type: 'string', value: 'event' },
      ':event-type': { type: 'string', value: eventType },
      ':content-type': { type: 'string', value: contentType },
    },
    body,
  });
}
