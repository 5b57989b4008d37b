import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Report } from '../environment/log-entry.ts';
import { checkAccess, withoutKey } from './access-key.ts';
import { EventQueue, type EventQueueOptions } from './event-queue.ts';
import { findFunction } from './function-reference.ts';
import { invoke, throttled } from './invoke.ts';
import { invokeWithResponseStream } from './invoke-with-response-stream.ts';
import type { Lambda } from './lambda.ts';
import { readOperations } from './read-operations.ts';
import { refuse, ServiceError, sendJson } from './service-error.ts';

/** Settings of the local Lambda API. */
export interface LambdaServiceOptions extends EventQueueOptions {
  /** Secret of this start, from `newAccessKey()`. */
  readonly accessKey: string;
  /** Called after each synchronous invocation. */
  readonly invoked?: ((functionName: string, report: Report) => void) | undefined;
}

interface Service extends LambdaServiceOptions {
  readonly lambda: Lambda;
  readonly queue: EventQueue;
}

/** Room for a client context that is too long: the refusal must not be Node's. */
const maxHeaderSize = 64 * 1024;

/** The operations that run a function. */
const invocations = [
  { path: pathPattern('/2015-03-31/functions/{FunctionName}/invocations'), run: invoke },
  {
    path: pathPattern('/2021-11-15/functions/{FunctionName}/response-streaming-invocations'),
    run: invokeWithResponseStream,
  },
];
const reads = Object.values(readOperations).map(([path, read]) => ({ path: pathPattern(path), read }));

/**
 * The HTTP API of the Lambda service for calling and describing functions. `call()`, the AWS SDKs and the AWS CLI find it
 * through AWS_ENDPOINT_URL_LAMBDA (or `--endpoint-url`). The access key id is checked, signatures are not.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
export function lambdaService(lambda: Lambda, options: LambdaServiceOptions): Server {
  const queue = new EventQueue(options);
  const server = createServer({ maxHeaderSize }, (request, response) => {
    answer({ lambda, queue, ...options }, request, response).catch((error: Error) => {
      // The client has gone, or has the beginning of the answer: the connection tells it that the rest is missing.
      if (response.headersSent || request.errored) return void response.destroy();
      const refused = refusal(error);
      if (refused.status === 500) options.warn(`The Lambda API failed: ${error.stack}`);
      return refuse(response, refused);
    });
  });
  server.once('close', () => queue.close());
  return server;
}

async function answer(service: Service, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { lambda, queue, invoked, accessKey } = service;
  const requestId = randomUUID();
  response.setHeader('x-amzn-requestid', requestId);
  const { method, url: sent = '' } = request;
  const keyless = withoutKey(sent, accessKey);
  checkAccess(request.headers, accessKey, keyless !== undefined);
  const url = keyless ?? sent;
  const [path = '', ...rest] = url.split('?');
  const query = new URLSearchParams(rest.join('?'));
  if (method === 'GET') {
    for (const { path: pattern, read } of reads) {
      const match = pattern.exec(path);
      if (match) return sendJson(response, 200, read({ lambda, path: { ...match.groups }, query }));
    }
  }
  for (const { path: pattern, run } of method === 'POST' ? invocations : []) {
    const named = pattern.exec(path)?.groups?.FunctionName;
    if (named === undefined) continue;
    const reference = findFunction(lambda, named, query.get('Qualifier'), '$LATEST');
    return run({ lambda, queue, reference, requestId, request, response, invoked });
  }
  throw unknownOperation(method, path);
}

/** @param template - a path of the API's model: `/2015-03-31/functions/{FunctionName}`. A slash may follow */
function pathPattern(template: string): RegExp {
  return new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`);
}

function unknownOperation(method: string | undefined, path: string): ServiceError {
  const known = ['Invoke', 'InvokeWithResponseStream', ...Object.keys(readOperations)].join(', ');
  const message = `The local Lambda has no operation ${method} ${path}. It has ${known}. Functions, versions and aliases come from the workspace: save a file to change them.`;
  return new ServiceError(404, 'UnknownOperationException', message);
}

function refusal(error: Error): ServiceError {
  const cause = throttled(error);
  return cause instanceof ServiceError ? cause : new ServiceError(500, 'ServiceException', error.message);
}
