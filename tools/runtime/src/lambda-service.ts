import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import type { InvocationResult } from './environment.ts';

/** Runs a function by name; undefined when there is no such function. */
export type InvokeFunction = (functionName: string, event: string) => Promise<InvocationResult> | undefined;

/** Lambda takes and gives at most 6 MB (and some bytes for its envelope) in a synchronous invocation. */
const payloadLimitBytes = 6 * 1024 * 1024;

/**
 * The Invoke API of AWS Lambda on a port of the loopback interface, for synchronous invocations: what `call()` and the
 * AWS SDK talk to when AWS_ENDPOINT_URL_LAMBDA holds its address.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function startLambdaService(
  invoke: InvokeFunction,
): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    answer(request, response, invoke).catch((error: Error) =>
      refuse(response, 500, 'ServiceException', error.message),
    );
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const route = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/;

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  invoke: InvokeFunction,
): Promise<void> {
  const [path = ''] = (request.url ?? '').split('?');
  const functionName = route.exec(path)?.[1];
  if (!functionName || request.method !== 'POST') {
    return refuse(
      response,
      404,
      'ResourceNotFoundException',
      `${request.method} ${path} is not supported locally`,
    );
  }
  const type = request.headers['x-amz-invocation-type'] ?? 'RequestResponse';
  if (type !== 'RequestResponse') {
    return refuse(
      response,
      400,
      'InvalidParameterValueException',
      `Invocation type ${type} is not supported locally`,
    );
  }
  const event = await buffer(request);
  if (event.length > payloadLimitBytes) {
    const message = `${event.length} byte payload is too large for the RequestResponse invocation type (limit ${payloadLimitBytes} bytes)`;
    return refuse(response, 413, 'RequestTooLargeException', message);
  }
  const text = event.length === 0 ? '{}' : event.toString();
  if (!isJson(text)) {
    return refuse(response, 400, 'InvalidRequestContentException', 'Could not parse request body into json');
  }
  const name = shortName(decodeURIComponent(functionName));
  const result = await invoke(name, text);
  if (!result) return refuse(response, 404, 'ResourceNotFoundException', `Function not found: ${name}`);
  const body = JSON.stringify(result.status === 'success' ? result.payload : result.error);
  if (result.status === 'error') response.setHeader('x-amz-function-error', 'Unhandled');
  response.setHeader('x-amz-executed-version', '$LATEST').setHeader('x-amzn-requestid', randomUUID());
  response.setHeader('content-type', 'application/json').end(body);
}

/** A function's name out of `name`, `name:qualifier`, a partial or a whole ARN. */
function shortName(reference: string): string {
  return /(?:^|function:)([\w-]+)(?::[\w$-]+)?$/.exec(reference)?.[1] ?? reference;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function refuse(response: ServerResponse, status: number, type: string, message: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ Type: status < 500 ? 'User' : 'Service', message, Message: message }));
}
