import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { referencePages } from '@nanoservices/api';
import type { Cors } from '@nanoservices/model';
import type { InvokeResult } from '../environment/environment.ts';
import type { Report } from '../environment/log-entry.ts';
import { TooManyRequests } from '../lambda/function-pool.ts';
import type { InvokeOptions, Lambda } from '../lambda/lambda.ts';
import type { VerifyToken } from '../tokens/token-verifier.ts';
import { authorizeRequest } from './authorizer.ts';
import { corsHeaders, preflightHeaders } from './cors.ts';
import { httpEvent } from './http-event.ts';
import { type HttpResponse, httpResponse, message } from './http-response.ts';
import { apiRouter, type FindRoute, type GatewayRoute, type RouteMatch } from './router.ts';

/** The record of an answered request, for the log. */
export interface RequestRecord {
  readonly requestId: string;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly durationMs: number;
  /** Name of the function; undefined for a response of the gateway itself. */
  readonly functionName?: string | undefined;
  readonly report?: Report | undefined;
  /** Reason for a response that is not the function's. */
  readonly reason?: string | undefined;
}

/** The configuration of an HTTP API. */
export interface ApiConfiguration {
  readonly routes: readonly GatewayRoute[];
  readonly cors?: Cors | undefined;
  /** OpenAPI document of the routes, served at /openapi.json and /docs. */
  readonly document?: string | undefined;
  /** Token that the page at /docs sends. */
  readonly token?: string | undefined;
}

export interface GatewayOptions {
  readonly lambda: Lambda;
  readonly log: (record: RequestRecord) => void;
  readonly verifyToken: VerifyToken;
  /** Timeout of a function in milliseconds. Default: 30,000, API Gateway's limit. */
  readonly integrationTimeoutMs?: number | undefined;
}

const bodyLimitBytes = 10 * 1024 * 1024;
/** Limit of the request line and all headers together. */
const headerLimitBytes = 10_240;
/** Lambda's limit for the event of a synchronous invocation. */
const eventLimitBytes = 6 * 1024 * 1024;

/** Headers that concern one connection only, and are not forwarded (RFC 9110, section 7.6.1). */
const connectionHeaders = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

type GatewayResponse = HttpResponse & Pick<RequestRecord, 'functionName' | 'report' | 'reason'>;

/**
 * An HTTP API of API Gateway with payload format 2.0 in front of the local Lambda.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export class Gateway {
  readonly server: Server;
  readonly #options: GatewayOptions;
  #findRoute: FindRoute = () => undefined;
  #cors: Cors | undefined;
  #findPage: ReturnType<typeof referencePages> = () => undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    // The real limit is checked below: Node counts differently.
    this.server = createServer({ maxHeaderSize: 4 * headerLimitBytes }, (request, response) => {
      void this.#handle(request, response);
    });
  }

  /** @throws Error when two routes conflict; the previous routes stay */
  configure({ routes, cors, document, token }: ApiConfiguration): void {
    this.#findRoute = apiRouter(routes);
    this.#cors = cors;
    this.#findPage = document === undefined ? () => undefined : referencePages(document, token);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const requestId = randomUUID();
    const { method = '', url = '' } = request;
    const answer = await this.#answer(request, requestId).catch(
      (error: Error): GatewayResponse => ({ ...message(500, 'Internal Server Error'), reason: error.stack }),
    );
    if (request.errored) return;
    const status = send(response, requestId, this.#withCors(request, answer));
    const { functionName, report } = answer;
    const reason =
      status === answer.statusCode ? answer.reason : 'the function gave headers that are not HTTP';
    const durationMs = performance.now() - startedAt;
    this.#options.log({ requestId, method, url, status, durationMs, functionName, report, reason });
  }

  async #answer(request: IncomingMessage, requestId: string): Promise<GatewayResponse> {
    if (headerBytes(request) > headerLimitBytes) {
      return {
        ...message(431, 'Request Header Fields Too Large'),
        reason: 'more than 10,240 bytes of headers',
      };
    }
    const body = await readBody(request);
    if (body === 'too large') return message(413, 'Request Entity Too Large');
    const { method = '', url = '' } = request;
    const preflight = this.#preflight(request);
    if (preflight) return preflight;
    const path = url.split('?', 1)[0] as string;
    const match = this.#findRoute(method, path);
    if (!match) return (method === 'GET' && this.#findPage(path)) || message(404, 'Not Found');
    return this.#invoke(match, request, body, requestId);
  }

  #preflight({ method, headers }: IncomingMessage): GatewayResponse | undefined {
    const cors = this.#cors;
    const { origin } = headers;
    if (!cors || method !== 'OPTIONS' || !origin || !headers['access-control-request-method'])
      return undefined;
    return { statusCode: 204, headers: preflightHeaders(cors, origin), body: '' };
  }

  async #invoke(
    { route, ...matched }: RouteMatch,
    request: IncomingMessage,
    body: Buffer | undefined,
    requestId: string,
  ): Promise<GatewayResponse> {
    const { function: functionName } = route;
    const { verifyToken } = this.#options;
    const decision = await authorizeRequest(route.access, request.headers.authorization, verifyToken);
    const { authorizer, refusal } = decision;
    if (refusal) {
      const answer = message(refusal, refusal === 401 ? 'Unauthorized' : 'Forbidden');
      return { ...answer, functionName, reason: decision.reason };
    }
    const { method = '', url = '' } = request;
    const sourceIp = request.socket.remoteAddress ?? '';
    const traceId = newTraceId(requestId);
    const headers = [...pairs(request.rawHeaders), ...forwardedHeaders(request, sourceIp, traceId)];
    const http = { method, url, headers, body, sourceIp, protocol: `HTTP/${request.httpVersion}`, requestId };
    const event = JSON.stringify(httpEvent(http, matched, authorizer));
    if (Buffer.byteLength(event) > eventLimitBytes) {
      return {
        ...message(413, 'Request Entity Too Large'),
        functionName,
        reason: 'an event of more than 6 MB',
      };
    }
    return { ...(await this.#integrate(functionName, event, { requestId, traceId })), functionName };
  }

  async #integrate(functionName: string, event: string, ids: InvokeOptions): Promise<GatewayResponse> {
    const { lambda, integrationTimeoutMs = 30_000 } = this.#options;
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    const timer = setTimeout(resolve, integrationTimeoutMs, 'late');
    try {
      const result = await Promise.race([lambda.invoke(functionName, event, ids), late]);
      if (result === undefined) {
        return { ...message(500, 'Internal Server Error'), reason: `there is no function ${functionName}` };
      }
      if (result === 'late') {
        const reason = `no answer in ${integrationTimeoutMs / 1000} s; the function goes on`;
        return { ...message(503, 'Service Unavailable'), reason };
      }
      return responseOf(result);
    } catch (error) {
      if (!(error instanceof TooManyRequests)) throw error;
      const reason = `${functionName} runs as often at once as it may`;
      return { ...message(503, 'Service Unavailable'), reason };
    } finally {
      clearTimeout(timer);
    }
  }

  /** Replaces the CORS headers of the function, if the API has a CORS configuration. */
  #withCors({ headers: { origin } }: IncomingMessage, answer: GatewayResponse): GatewayResponse {
    const cors = this.#cors;
    if (!cors) return answer;
    if (answer.statusCode === 204 && !answer.functionName) return answer;
    const own = answer.headers.filter(([name]) => !name.startsWith('access-control-'));
    return { ...answer, headers: [...own, ...(origin ? corsHeaders(cors, origin) : [])] };
  }
}

function responseOf({ payload, error, report }: InvokeResult): GatewayResponse {
  if (error) {
    const reason = `${error.errorType}: ${error.errorMessage}`;
    return { ...message(500, 'Internal Server Error'), report, reason };
  }
  return { ...httpResponse(JSON.parse(payload)), report };
}

/** @returns the status that was sent: 500 when the function's headers are invalid */
function send(
  response: ServerResponse,
  requestId: string,
  { statusCode, headers, body }: HttpResponse,
): number {
  const fields = headers.filter(([name]) => name !== 'content-length' && !connectionHeaders.has(name));
  const hasBody = statusCode !== 204 && statusCode !== 304;
  const own = [
    ['apigw-requestid', requestId],
    ...(hasBody ? [['content-length', String(Buffer.byteLength(body))]] : []),
  ];
  try {
    response.writeHead(statusCode, [...fields, ...own].flat());
  } catch {
    return send(response, requestId, message(500, 'Internal Server Error'));
  }
  response.end(hasBody ? body : undefined);
  return statusCode;
}

function readBody(request: IncomingMessage): Promise<Buffer | 'too large' | undefined> {
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

function headerBytes({ method = '', url = '', rawHeaders }: IncomingMessage): number {
  // The line `GET /orders HTTP/1.1`, and four bytes for each `: ` and line end.
  let bytes = method.length + url.length + 12 + rawHeaders.length * 2;
  for (const text of rawHeaders) bytes += text.length;
  return bytes;
}

/** @returns the headers of the client that reach the function */
function pairs(rawHeaders: readonly string[]): [string, string][] {
  const headers: [string, string][] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = (rawHeaders[index] as string).toLowerCase();
    if (!connectionHeaders.has(name)) headers.push([name, rawHeaders[index + 1] as string]);
  }
  return headers;
}

/** @returns the headers that the gateway adds */
function forwardedHeaders(
  { socket }: IncomingMessage,
  sourceIp: string,
  traceId: string,
): [string, string][] {
  return [
    ['x-amzn-trace-id', traceId],
    ['x-forwarded-for', sourceIp],
    ['x-forwarded-port', String(socket.localPort)],
    ['x-forwarded-proto', 'http'],
  ];
}

/** @see https://docs.aws.amazon.com/xray/latest/devguide/xray-api-sendingdata.html#xray-api-traceids */
function newTraceId(requestId: string): string {
  const seconds = Math.floor(Date.now() / 1000).toString(16);
  return `Root=1-${seconds}-${requestId.replaceAll('-', '').slice(0, 24)}`;
}
