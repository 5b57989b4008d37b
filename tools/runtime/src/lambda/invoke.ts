import type { IncomingMessage, ServerResponse } from 'node:http';
import { functionArn } from '../environment/function-configuration.ts';
import { type LogEntry, type LogFormat, logLines, type Report } from '../environment/log-entry.ts';
import type { EventQueue } from './event-queue.ts';
import { TooManyRequests } from './function-pool.ts';
import type { FunctionReference } from './function-reference.ts';
import { clientContextOf, readEvent } from './invoke-request.ts';
import type { InvokeOptions, Lambda } from './lambda.ts';
import { notFound, oneOf, ServiceError } from './service-error.ts';

/** Length of the log that `X-Amz-Log-Type: Tail` gives. */
const logTailBytes = 4096;

/** A request to run a function. */
export interface InvokeRequest {
  readonly lambda: Lambda;
  readonly queue: EventQueue;
  readonly reference: FunctionReference;
  readonly requestId: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Called after a synchronous invocation. */
  readonly invoked?: ((functionName: string, report: Report) => void) | undefined;
}

/**
 * Runs a function, queues an event for it, or checks the request only: the operation Invoke.
 *
 * @throws ServiceError
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function invoke(invocation: InvokeRequest): Promise<void> {
  const { lambda, queue, requestId, request, response } = invocation;
  const { functionName } = invocation.reference.found;
  const { headers } = request;
  const type = oneOf(String(headers['x-amz-invocation-type'] ?? 'RequestResponse'), 'invocationType', [
    'Event',
    'RequestResponse',
    'DryRun',
  ]);
  const withLog = wantsLog(request);
  const clientContext = clientContextOf(headers);
  const event = await readEvent(request, type === 'Event' ? 'Event' : 'RequestResponse');
  if (type === 'DryRun') return void response.writeHead(204).end();
  const options = optionsOf(invocation);
  if (type === 'Event') {
    queue.add(functionName, requestId, () => started(lambda, functionName, event, options));
    return void response.writeHead(202).end();
  }
  const log = new LogTail(withLog);
  const result = await started(lambda, functionName, event, {
    ...options,
    // Lambda passes the client context to synchronous invocations only.
    clientContext,
    log: log.add,
  });
  const contentType = result.streamed?.contentType ?? 'application/json';
  response.setHeader('x-amz-executed-version', '$LATEST').setHeader('content-type', contentType);
  if (withLog) response.setHeader('x-amz-log-result', log.base64(invocation.reference.found.logFormat));
  if (result.error) response.setHeader('x-amz-function-error', 'Unhandled');
  response.end(result.error ? JSON.stringify(result.error) : (result.streamed?.bytes ?? result.payload));
  invocation.invoked?.(functionName, result.report);
}

/** @returns true when the request asks for the end of the log. @throws ServiceError when it asks for something else */
export function wantsLog({ headers }: IncomingMessage): boolean {
  return oneOf(String(headers['x-amz-log-type'] ?? 'None'), 'logType', ['None', 'Tail']) === 'Tail';
}

/** @returns the settings of an invocation that do not depend on its type */
export function optionsOf({ reference, requestId, request }: InvokeRequest): InvokeOptions {
  return {
    requestId,
    invokedFunctionArn: reference.arn,
    traceId: request.headers['x-amzn-trace-id'] as string | undefined,
    tenantId: request.headers['x-amz-tenant-id'] as string | undefined,
  };
}

/** The end of an invocation's log. */
export class LogTail {
  readonly #entries: LogEntry[] = [];
  readonly add: ((entry: LogEntry) => void) | undefined;

  constructor(isWanted: boolean) {
    this.add = isWanted ? (entry) => this.#entries.push(entry) : undefined;
  }

  /** @returns the last 4 KB in base64 */
  base64(format: LogFormat): string {
    const text = this.#entries.map((entry) => `${logLines(entry, format)}\n`).join('');
    return Buffer.from(text).subarray(-logTailBytes).toString('base64');
  }
}

/** Starts an invocation. @throws ServiceError when the function was removed while the payload arrived */
export async function started(lambda: Lambda, functionName: string, event: string, options: InvokeOptions) {
  const result = lambda.invoke(functionName, event, options);
  if (!result) throw notFound(`Function not found: ${functionArn({ functionName })}:$LATEST`);
  return result;
}

/** @returns the refusal of an invocation that a function has no room for, or the error itself */
export function throttled(error: unknown): unknown {
  if (!(error instanceof TooManyRequests)) return error;
  const reason = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
  return new ServiceError(429, 'TooManyRequestsException', 'Rate Exceeded.', reason);
}
