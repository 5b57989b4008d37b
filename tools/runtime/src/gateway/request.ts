import type { IncomingMessage } from 'node:http';
import type { HttpRequest } from '@nanoservices/endpoint/gateway';

const bodyLimitBytes = 10 * 1024 * 1024;
/** Limit of the request line and all headers together. */
export const headerLimitBytes = 10_240;

/** Reads what the network has given, as far as the event needs it. */
export function httpRequest(
  { method = '', url = '', rawHeaders, httpVersion, socket }: IncomingMessage,
  body: Buffer | undefined,
  requestId: string,
): HttpRequest {
  return {
    method,
    url,
    headers: rawHeaders.flatMap((name, index): [string, string][] =>
      index % 2 === 0 ? [[name, rawHeaders[index + 1] as string]] : [],
    ),
    body,
    sourceIp: socket.remoteAddress ?? '',
    port: socket.localPort,
    protocol: `HTTP/${httpVersion}`,
    requestId,
  };
}

/** @returns undefined when the request has no body */
export function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | undefined> {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    return Promise.resolve(undefined);
  }
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      // Bytes beyond the limit are read, so that the client receives the response, but not kept.
      if (bytes <= bodyLimitBytes) chunks.push(chunk);
    });
    request.on('end', () => {
      if (bytes > bodyLimitBytes) resolve('too large');
      else resolve(bytes === 0 ? undefined : Buffer.concat(chunks));
    });
    request.on('error', reject);
  });
}

export function headerBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  // The line `GET /orders HTTP/1.1`, and four bytes for each `: ` and line end.
  let bytes = method.length + url.length + 12 + rawHeaders.length * 2;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}
