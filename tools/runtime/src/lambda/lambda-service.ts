import { createHash, randomUUID } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { InvokeResult } from '../environment/environment.ts';
import { type FunctionConfiguration, functionArn } from '../environment/function-configuration.ts';
import { type LogEntry, logLines, type Report } from '../environment/log-entry.ts';
import { EventQueue, type EventQueueOptions } from './event-queue.ts';
import { TooManyRequests } from './function-pool.ts';
import type { InvokeOptions, Lambda } from './lambda.ts';

/** Length of the log that `X-Amz-Log-Type: Tail` gives. */
const logTailBytes = 4096;
/** Limits of a payload in bytes: 6 MiB in a synchronous invocation, 1 MiB (since October 2025) in an asynchronous one. */
const payloadLimits = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 } as const;

const versions = '2015-03-31|2014-11-13';
const route = new RegExp(`^/(?:${versions})/functions/(?<reference>[^/]+)(?<invoke>/invocations)?$`);
const listRoute = new RegExp(`^/(?:${versions})/functions/?$`);

/** Settings of the local Lambda API. */
export interface LambdaServiceOptions extends EventQueueOptions {
  /** Called after each synchronous invocation. */
  readonly invoked?: ((functionName: string, report: Report) => void) | undefined;
}

/**
 * The HTTP API of the Lambda service for calling functions: Invoke, GetFunction and ListFunctions. `call()`, the AWS SDKs and
 * the AWS CLI find it through AWS_ENDPOINT_URL_LAMBDA (or `--endpoint-url`). Signatures are not checked.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export function lambdaService(lambda: Lambda, options: LambdaServiceOptions): Server {
  const queue = new EventQueue(options);
  const server = createServer((request, response) => {
    response.setHeader('x-amzn-requestid', randomUUID());
    answer({ lambda, queue, ...options }, request, response).catch((error: Error) =>
      refuse(response, 500, 'ServiceException', error.message),
    );
  });
  server.once('close', () => queue.close());
  return server;
}

interface Service extends LambdaServiceOptions {
  readonly lambda: Lambda;
  readonly queue: EventQueue;
}

async function answer(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { lambda } = service;
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  const { method } = request;
  if (method === 'GET' && listRoute.test(pathname)) {
    return json(response, 200, { Functions: lambda.functions.map(describeFunction) });
  }
  const { reference, invoke } = route.exec(pathname)?.groups ?? {};
  if (!reference || method !== (invoke ? 'POST' : 'GET')) {
    const message = `The local Lambda has no ${method} ${pathname}.`;
    return refuse(response, 404, 'UnknownOperationException', message);
  }
  const { functionName, qualifier = searchParams.get('Qualifier') ?? undefined } = parseReference(
    decodeURIComponent(reference),
  );
  const found = lambda.find(functionName);
  if (!found || !isQualifier(qualifier)) {
    const arn = `${functionArn({ functionName })}${qualifier ? `:${qualifier}` : ''}`;
    return refuse(response, 404, 'ResourceNotFoundException', `Function not found: ${arn}`);
  }
  if (invoke) return invokeFunction(service, found, qualifier, request, response);
  const { reservedConcurrency } = found;
  return json(response, 200, {
    Configuration: describeFunction(found),
    Code: { RepositoryType: 'S3', Location: `file://${found.bundle}` },
    Tags: {},
    ...(reservedConcurrency && { Concurrency: { ReservedConcurrentExecutions: reservedConcurrency } }),
  });
}

/** A local function has one version. `live` is the alias that deployment uses. */
function isQualifier(qualifier: string | undefined): boolean {
  return qualifier === undefined || qualifier === '$LATEST' || qualifier === 'live';
}

const referencePattern =
  /^(?:(?:arn:aws[\w-]*:lambda:[\w-]+:)?\d{12}:(?:function:)?)?([\w-]+)(?::([\w$-]+))?$/;

/** Parses `name`, `name:qualifier`, a partial or a full ARN. */
function parseReference(reference: string): { functionName: string; qualifier?: string | undefined } {
  const match = referencePattern.exec(reference);
  return { functionName: match?.[1] ?? reference, qualifier: match?.[2] };
}

async function invokeFunction(
  service: Service,
  { functionName }: FunctionConfiguration,
  qualifier: string | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { lambda, queue } = service;
  const { headers } = request;
  const type = headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse' && type !== 'Event' && type !== 'DryRun') {
    const message = `1 validation error detected: Value '${type}' at 'invocationType' failed to satisfy constraint: Member must satisfy enum value set: [Event, RequestResponse, DryRun]`;
    return refuse(response, 400, 'ValidationException', message);
  }
  const payload = await buffer(request);
  const limit = payloadLimits[type === 'DryRun' ? 'RequestResponse' : type];
  if (payload.length > limit) {
    const message = `${payload.length} byte payload is too large for the ${type} invocation type (limit ${limit} bytes)`;
    return refuse(response, 413, 'RequestTooLargeException', message);
  }
  const event = payload.length === 0 ? '{}' : payload.toString();
  if (!isJson(event)) {
    const message = `Could not parse request body into json: Could not parse payload into json`;
    return refuse(response, 400, 'InvalidRequestContentException', message);
  }
  const clientContext = decodeClientContext(headers['x-amz-client-context']);
  if (clientContext === 'invalid') {
    const message = 'Client context must be a valid Base64-encoded JSON object.';
    return refuse(response, 400, 'InvalidRequestContentException', message);
  }
  const requestId = response.getHeader('x-amzn-requestid') as string;
  const options = {
    requestId,
    invokedFunctionArn: functionArn({ functionName }) + (qualifier ? `:${qualifier}` : ''),
    traceId: headers['x-amzn-trace-id'] as string | undefined,
    clientContext,
  };
  if (type === 'DryRun') return void response.writeHead(204).end();
  if (type === 'Event') {
    queue.add(
      functionName,
      requestId,
      () => lambda.invoke(functionName, event, options) ?? gone(functionName),
    );
    return void response.writeHead(202).end();
  }
  const result = await invokeSynchronously(service, functionName, event, options, {
    withLog: headers['x-amz-log-type'] === 'Tail',
    response,
  });
  if (result) service.invoked?.(functionName, result.report);
}

async function invokeSynchronously(
  { lambda }: Service,
  functionName: string,
  event: string,
  options: InvokeOptions,
  { withLog, response }: { withLog: boolean; response: ServerResponse },
): Promise<InvokeResult | undefined> {
  const entries: LogEntry[] = [];
  const log = withLog && { log: (entry: LogEntry) => entries.push(entry) };
  try {
    const result = await (lambda.invoke(functionName, event, { ...options, ...log }) ?? gone(functionName));
    if (withLog) {
      const format = lambda.find(functionName)?.logFormat ?? 'Text';
      const text = entries.map((entry) => `${logLines(entry, format)}\n`).join('');
      response.setHeader('x-amz-log-result', Buffer.from(text).subarray(-logTailBytes).toString('base64'));
    }
    if (result.error) response.setHeader('x-amz-function-error', 'Unhandled');
    response.setHeader('x-amz-executed-version', '$LATEST').setHeader('content-type', 'application/json');
    response.end(result.error ? JSON.stringify(result.error) : result.payload);
    return result;
  } catch (error) {
    if (!(error instanceof TooManyRequests)) throw error;
    const reason = { Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded' };
    refuse(response, 429, 'TooManyRequestsException', 'Rate Exceeded.', reason);
    return undefined;
  }
}

function gone(functionName: string): Promise<never> {
  return Promise.reject(new Error(`${functionName} is gone.`));
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function decodeClientContext(header: string | string[] | undefined): string | undefined {
  if (header === undefined) return undefined;
  const text = Buffer.from(String(header), 'base64').toString();
  return isJson(text) ? text : 'invalid';
}

/** A FunctionConfiguration of the Lambda API. */
function describeFunction(found: FunctionConfiguration): object {
  const { mtime, size } = statSync(found.bundle);
  return {
    FunctionName: found.functionName,
    FunctionArn: functionArn(found),
    Runtime: 'nodejs24.x',
    Role: 'arn:aws:iam::000000000000:role/local',
    Handler: 'handler.handler',
    CodeSize: size,
    CodeSha256: createHash('sha256').update(readFileSync(found.bundle)).digest('base64'),
    Timeout: found.timeout,
    MemorySize: found.memorySize,
    LastModified: mtime.toISOString(),
    Version: '$LATEST',
    Environment: { Variables: found.environment },
    PackageType: 'Zip',
    Architectures: [process.arch === 'arm64' ? 'arm64' : 'x86_64'],
    State: 'Active',
    LastUpdateStatus: 'Successful',
    LoggingConfig: { LogFormat: found.logFormat, LogGroup: `/aws/lambda/${found.functionName}` },
  };
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, status: number, type: string, message: string, more = {}): void {
  response.setHeader('x-amzn-errortype', type);
  json(response, status, { Type: status < 500 ? 'User' : 'Service', message, Message: message, ...more });
}
