import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { referencePages } from '@nanoservices/api';
import { type HttpRequest, httpEvent } from '@nanoservices/endpoint/gateway';
import type { Cors } from '@nanoservices/model';
import type { InvokeResult } from '../environment/environment.ts';
import type { Report } from '../environment/log-entry.ts';
import { TooManyRequests } from '../lambda/function-pool.ts';
import type { InvokeOptions, Lambda } from '../lambda/lambda.ts';
import type { VerifyToken } from '../tokens/token-verifier.ts';
import { authorizeRequest } from './authorizer.ts';
import { crossOriginReason, preflightHeaders, withCorsHeaders } from './cors.ts';
import { hostOf, type IsOwnHost, ownHost } from './host-header.ts';
import { type HttpResponse, httpResponse, message } from './http-response.ts';
import { isLoopback } from './is-loopback.ts';
import { headerBytes, headerLimitBytes, httpRequest, readBody } from './request.ts';
import { apiRouter, type FindRoute, type GatewayRoute, type RouteMatch, routedPath } from './router.ts';
import { StreamedAnswer } from './streamed-answer.ts';
import { parse } from './streamed-head.ts';

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
  /** Token that the page at /docs sends. Only a page of this machine gets it. */
  readonly token?: string | undefined;
}

export interface GatewayOptions {
  readonly lambda: Lambda;
  readonly log: (record: RequestRecord) => void;
  readonly verifyToken: VerifyToken;
  /** Rule of Host headers, from `ownHost()`. Default: names of loopback. */
  readonly isOwnHost?: IsOwnHost;
  /** Timeout of a function in milliseconds. Default: 30,000, API Gateway's limit. */
  readonly integrationTimeoutMs?: number | undefined;
}

/** Lambda's limit for the event of a synchronous invocation. */
const eventLimitBytes = 6 * 1024 * 1024;

const clientHasGone = 'the client has gone';

type GatewayResponse = HttpResponse &
  Pick<RequestRecord, 'functionName' | 'report'> & {
    /** True when no headers about CORS are to be added: the response to a preflight has its own, the reference has none. */
    readonly isFinal?: boolean;
  };

/**
 * An HTTP API of API Gateway with payload format 2.0 in front of the local Lambda.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export class Gateway {
  readonly server: Server;
  readonly #options: GatewayOptions;
  readonly #isOwnHost: IsOwnHost;
  #findRoute: FindRoute = () => undefined;
  #cors: Cors | undefined;
  #findPage: ReturnType<typeof referencePages> = () => undefined;
  #token: string | undefined;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#isOwnHost = options.isOwnHost ?? ownHost('localhost');
    // The real limit is checked below: Node counts differently.
    this.server = createServer({ maxHeaderSize: 4 * headerLimitBytes }, (request, response) => {
      void this.#handle(request, response);
    });
  }

  /** @throws Error when two routes conflict; the previous routes stay */
  configure({ routes, cors, document, token }: ApiConfiguration): void {
    this.#findRoute = apiRouter(routes);
    this.#cors = cors;
    this.#findPage = document === undefined ? () => undefined : referencePages(document);
    this.#token = token;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedAt = performance.now();
    const requestId = randomUUID();
    const { method = '', url = '' } = request;
    const stream = new StreamedAnswer(response, ({ headers, ...head }) =>
      this.#withCors(request, { ...head, headers: [...headers, ['apigw-requestid', requestId]] }),
    );
    const answer = await this.#answer(request, requestId, stream).catch(
      (error: Error): GatewayResponse =>
        error === request.errored
          ? { ...message(400, 'Bad Request'), reason: clientHasGone }
          : { ...message(500, 'Internal Server Error'), reason: error.stack },
    );
    const hasGone = request.errored !== null;
    if (hasGone) response.destroy();
    else if (stream.statusCode === undefined) send(response, requestId, this.#withCors(request, answer));
    else stream.end(answer.reason === undefined);
    const { functionName, report, statusCode } = answer;
    const status = stream.statusCode ?? statusCode;
    // A browser says no more than that the request failed.
    const reason =
      answer.reason ?? (hasGone ? clientHasGone : crossOriginReason(this.#cors, request.headers));
    const durationMs = performance.now() - startedAt;
    this.#options.log({ requestId, method, url, status, durationMs, functionName, report, reason });
  }

  async #answer(
    request: IncomingMessage,
    requestId: string,
    stream: StreamedAnswer,
  ): Promise<GatewayResponse> {
    if (headerBytes(request) > headerLimitBytes) {
      return {
        ...message(431, 'Request Header Fields Too Large'),
        reason: 'more than 10,240 bytes of headers',
      };
    }
    const { host = '' } = request.headers;
    if (!this.#isOwnHost(host)) {
      const name = hostOf(host) ?? 'NAME';
      const reason = `the Host ${JSON.stringify(host)} is no name of this machine; --host ${name} allows it`;
      return { ...message(403, 'Forbidden'), reason };
    }
    const body = await readBody(request);
    if (body === 'too large') return message(413, 'Request Entity Too Large');
    const { method = '', url = '' } = request;
    const preflight = this.#preflight(request);
    if (preflight) return preflight;
    const path = routedPath(url);
    if (path === undefined)
      return { ...message(400, 'Bad Request'), reason: 'a path that cannot be decoded' };
    const match = this.#findRoute(method, path);
    if (!match) return this.#page(request, path) ?? message(404, 'Not Found');
    return this.#invoke(match, request, httpRequest(request, body, requestId), stream);
  }

  #preflight({ method, headers }: IncomingMessage): GatewayResponse | undefined {
    const cors = this.#cors;
    const { origin } = headers;
    if (!cors || method !== 'OPTIONS' || !origin || !headers['access-control-request-method'])
      return undefined;
    return { statusCode: 204, headers: preflightHeaders(cors, origin), body: '', isFinal: true };
  }

  /** A page of the reference. Pages of other origins cannot read it, whatever the API allows them: it has a token. */
  #page({ method, headers }: IncomingMessage, path: string): GatewayResponse | undefined {
    if (method !== 'GET') return undefined;
    // A name that --host allows may be one of a proxy, behind which is everyone.
    const isOwn = isLoopback(hostOf(headers.host) ?? '');
    const page = this.#findPage(path, isOwn ? this.#token : undefined);
    return page && { ...page, isFinal: true };
  }

  async #invoke(
    { route, ...matched }: RouteMatch,
    { headers }: IncomingMessage,
    request: HttpRequest,
    stream: StreamedAnswer,
  ): Promise<GatewayResponse> {
    const { function: functionName } = route;
    const decision = await authorizeRequest(route.access, headers.authorization, this.#options.verifyToken);
    const { authorizer, refusal } = decision;
    if (refusal) {
      const answer = message(refusal, refusal === 401 ? 'Unauthorized' : 'Forbidden');
      const challenge = ['www-authenticate', decision.challenge] as const;
      return { ...answer, headers: [...answer.headers, challenge], functionName, reason: decision.reason };
    }
    const whole = httpEvent(request, matched, authorizer);
    const event = JSON.stringify(whole);
    if (Buffer.byteLength(event) > eventLimitBytes) {
      return {
        ...message(413, 'Request Entity Too Large'),
        functionName,
        reason: 'an event of more than 6 MB',
      };
    }
    const { requestId } = whole.requestContext;
    const sink = route.stream === undefined ? undefined : stream;
    const options = { requestId, traceId: whole.headers['x-amzn-trace-id'], sink };
    const answer = { ...(await this.#integrate(functionName, event, options)), functionName };
    if (stream.fault === undefined || answer.reason !== undefined) return answer;
    return { ...answer, ...message(500, 'Internal Server Error'), reason: stream.fault };
  }

  async #integrate(functionName: string, event: string, ids: InvokeOptions): Promise<GatewayResponse> {
    const { lambda, integrationTimeoutMs = 30_000 } = this.#options;
    const { promise: late, resolve } = Promise.withResolvers<'late'>();
    // A stream may take as long as its function.
    const timer = ids.sink ? undefined : setTimeout(resolve, integrationTimeoutMs, 'late');
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
    if (!cors || answer.isFinal) return answer;
    return { ...answer, headers: withCorsHeaders(cors, origin, answer.headers) };
  }
}

function responseOf({ payload, error, streamed, report }: InvokeResult): GatewayResponse {
  if (error) {
    const reason = `${error.errorType}: ${error.errorMessage}`;
    return { ...message(500, 'Internal Server Error'), report, reason };
  }
  // API Gateway invokes the function without a stream: what was streamed must be JSON.
  const parsed = streamed ? parse(payload) : JSON.parse(payload);
  if (parsed === undefined) {
    const reason = `The function's response is malformed: it is a stream and no JSON. An endpoint that streams has "stream" in its contract.`;
    return { ...message(500, 'Internal Server Error'), report, reason };
  }
  return { ...httpResponse(parsed), report };
}

function send(
  response: ServerResponse,
  requestId: string,
  { statusCode, headers, body }: HttpResponse,
): void {
  const hasBody = statusCode !== 204 && statusCode !== 304;
  const own = [
    ['apigw-requestid', requestId],
    ...(hasBody ? [['content-length', String(Buffer.byteLength(body))]] : []),
  ];
  response.writeHead(statusCode, [...headers, ...own].flat());
  response.end(hasBody ? body : undefined);
}
