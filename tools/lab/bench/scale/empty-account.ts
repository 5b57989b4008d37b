import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** An AWS account without deployments: a server that knows no function and no stack. */
export interface EmptyAccount extends AsyncDisposable {
  /** Variables that direct the AWS SDK to it. */
  readonly env: Readonly<Record<string, string>>;
  /** The number of requests so far. */
  requests(): number;
}

export async function emptyAccount(): Promise<EmptyAccount> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    request.resume();
    if (request.url?.includes('/functions/')) {
      response.writeHead(404, { 'x-amzn-errortype': 'ResourceNotFoundException' });
      response.end('{"Type":"User","Message":"Function not found"}');
    } else {
      response.writeHead(400, { 'content-type': 'text/xml' });
      response.end(
        '<ErrorResponse><Error><Type>Sender</Type><Code>ValidationError</Code><Message>Stack does not exist</Message></Error></ErrorResponse>',
      );
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
    },
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
