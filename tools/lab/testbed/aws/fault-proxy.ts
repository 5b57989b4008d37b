import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/**
 * A fault of a request:
 *
 * - `throttled`, `conflict`, `error`: refused with 429, 409 or 500, without reaching AWS
 * - `cut`: the connection breaks before the request reaches AWS
 * - `lost`: done, but the response never arrives
 */
export type Fault = 'throttled' | 'conflict' | 'error' | 'cut' | 'lost';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** The names of query parameters. */
  readonly query: readonly string[];
  /** The service that the request is signed for, as `lambda`. */
  readonly service: string;
  /** The action in AWS's query and JSON protocols, as `CreateChangeSet`. */
  readonly action: string | undefined;
  /** True if it can change anything. */
  readonly isChange: boolean;
}

/** Decides the fault of a request; undefined for none. A request stays where it is until a promise is fulfilled. */
export type Script = (request: SeenRequest) => Fault | undefined | Promise<Fault | undefined>;

/** A proxy between a client and the emulator: records requests, and makes them fail. */
export class FaultProxy {
  readonly seen: SeenRequest[] = [];
  script: Script = () => undefined;
  url = '';
  readonly #upstream: string;
  readonly #server = createServer((request, response) => void this.#handle(request, response));

  constructor(upstream: string) {
    this.#upstream = upstream;
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    this.url = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  /** The changes since the last call, in words. */
  changes(): string[] {
    const changes = this.seen.filter(({ isChange }) => isChange);
    this.seen.length = 0;
    return changes.map(({ method, path, action }) => action ?? `${method} ${path}`);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request);
    const seen = describeRequest(request, body);
    this.seen.push(seen);
    const fault = await this.script(seen);
    const refusal = fault && refusals[fault];
    if (refusal) {
      const [status, type, message] = refusal;
      response.writeHead(status, { 'content-type': 'application/json', 'x-amzn-errortype': type });
      response.end(JSON.stringify({ __type: type, Type: 'User', message, Message: message }));
      return;
    }
    if (fault === 'cut') {
      response.destroy();
      return;
    }
    const headers = new Headers();
    for (const [name, value] of Object.entries(request.headers)) {
      if (value !== undefined && !hopByHop.includes(name)) headers.set(name, `${value}`);
    }
    const method = request.method ?? 'GET';
    const upstream = await fetch(this.#upstream + request.url, {
      method,
      headers,
      redirect: 'manual',
      ...(body.length > 0 && { body: new Uint8Array(body) }),
    });
    const content = Buffer.from(await upstream.arrayBuffer());
    if (fault === 'lost') {
      response.destroy();
      return;
    }
    const kept = [...upstream.headers].filter(
      ([name]) => !['content-encoding', 'transfer-encoding', 'connection', 'content-length'].includes(name),
    );
    response.writeHead(upstream.status, {
      ...Object.fromEntries(kept),
      ...(method !== 'HEAD' && { 'content-length': content.length }),
    });
    response.end(content);
  }
}

const hopByHop = ['host', 'connection', 'content-length', 'transfer-encoding', 'expect'];

const refusals: Partial<Record<Fault, [number, string, string]>> = {
  throttled: [429, 'TooManyRequestsException', 'Rate exceeded'],
  conflict: [
    409,
    'ResourceConflictException',
    'The operation cannot be performed at this time. An update is in progress',
  ],
  error: [500, 'InternalFailure', 'Something went wrong'],
};

function describeRequest({ method = '', url = '', headers }: IncomingMessage, body: Buffer): SeenRequest {
  const target = `${headers['x-amz-target'] ?? ''}`.split('.').at(-1);
  const isQuery = `${headers['content-type']}`.includes('x-www-form-urlencoded');
  const action =
    target || (isQuery ? (new URLSearchParams(body.toString()).get('Action') ?? undefined) : undefined);
  const path = decodeURIComponent(url.split('?')[0] ?? '');
  const query = [...new URLSearchParams(url.split('?')[1]).keys()];
  const [, service = ''] = /Credential=[^/]*\/\d+\/[^/]*\/([\w-]+)\//.exec(`${headers.authorization}`) ?? [];
  const isInvocation = path.endsWith('/invocations');
  const isChange = action
    ? !/^(?:Get|Describe|List|Validate)/.test(action)
    : !['GET', 'HEAD'].includes(method) && !isInvocation;
  return { method, path, query, service, action, isChange };
}
