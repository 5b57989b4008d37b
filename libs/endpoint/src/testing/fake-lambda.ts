import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** Gives the payload of an invocation. A rejection becomes a function error, a pending promise a timeout. */
type Callee = (
  functionName: string,
  event: unknown,
  request: { headers: Record<string, unknown> },
) => unknown;

/**
 * Starts a stand-in for AWS Lambda's Invoke API on a real socket: for tests of an endpoint with a slow, wrong or crashed
 * callee. Until it is closed, AWS_ENDPOINT_URL_LAMBDA holds its address.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html
 */
export async function fakeLambda(callee: Callee): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer(async (request, response) => {
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '') ?? [];
    const event: unknown = JSON.parse(await text(request));
    try {
      const payload = await callee(decodeURIComponent(name), event, { headers: request.headers });
      response.setHeader('content-type', 'application/json').end(JSON.stringify(payload));
    } catch (error) {
      response.setHeader('x-amz-function-error', 'Unhandled');
      response.end(JSON.stringify({ errorType: 'Error', errorMessage: String(error), trace: [] }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const before = process.env.AWS_ENDPOINT_URL_LAMBDA;
  process.env.AWS_ENDPOINT_URL_LAMBDA = url;
  return {
    url,
    close: () => {
      if (before === undefined) delete process.env.AWS_ENDPOINT_URL_LAMBDA;
      else process.env.AWS_ENDPOINT_URL_LAMBDA = before;
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
