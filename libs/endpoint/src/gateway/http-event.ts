import { isUtf8 } from 'node:buffer';
import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { gatewayHeaders } from './gateway-headers.ts';
import { requestTarget } from './request-target.ts';

/** A request from the network. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string in the form that was sent. */
  readonly url: string;
  /** Headers in the order that was sent, with repetitions. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | undefined;
  readonly sourceIp?: string;
  /** Port that received the request. Default: 443, as in AWS. */
  readonly port?: number | undefined;
  readonly protocol?: string;
  /** Id that the gateway gave to the request. */
  readonly requestId?: string;
}

/** The route that API Gateway matched to the request. */
export interface MatchedRoute {
  /** Route in API Gateway's notation: `GET /orders/{orderId}`. */
  readonly routeKey: string;
  /** Decoded values by name. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

type Authorizer = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer'];

/**
 * Makes the event of a request as API Gateway's HTTP API does (payload format 2.0). Parts that the request lacks are absent
 * in the event: no empty query, no null body.
 *
 * @throws URIError when the path cannot be decoded
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(
  { method, url, headers: sent, body, port, ...request }: HttpRequest,
  { routeKey, pathParameters }: MatchedRoute,
  authorizer?: Authorizer,
): APIGatewayProxyEventV2 {
  const { sourceIp = '127.0.0.1', protocol = 'HTTP/1.1', requestId = randomUUID() } = request;
  const { authority, rawPath, rawQueryString } = requestTarget(url);
  const lowerCase = sent.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const cookies = lowerCase
    .filter(([name]) => name === 'cookie')
    .flatMap(([, value]) => value.split(/; */))
    .filter((cookie) => cookie !== '');
  const headers = gatewayHeaders(joined(lowerCase.filter(([name]) => name !== 'cookie')), {
    authority,
    bodyBytes: body?.length ?? 0,
    sourceIp,
    port,
    requestId,
  });
  const query = joined([...new URLSearchParams(rawQueryString)]);
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers,
    ...(Object.keys(query).length > 0 && { queryStringParameters: query }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: withoutPort(headers.host as string),
      domainPrefix: 'local',
      http: { method, path: rawPath, protocol, sourceIp, userAgent: headers['user-agent'] ?? '' },
      requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
      ...(authorizer && { authorizer }),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters: { ...pathParameters } }),
    ...bodyOf(body, headers),
  };
}

/** Repeated names are joined by commas. */
function joined(pairs: readonly (readonly [string, string])[]): Record<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of pairs) {
    const before = values.get(name);
    values.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(values);
}

function bodyOf(
  body: Buffer | undefined,
  headers: Readonly<Record<string, string>>,
): Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'> {
  if (body === undefined || body.length === 0) return { isBase64Encoded: false };
  return isText(body, headers)
    ? { body: body.toString(), isBase64Encoded: false }
    : { body: body.toString('base64'), isBase64Encoded: true };
}

/**
 * API Gateway passes bodies of these types as text, and all others in base64, a form or one without a type too. What is
 * compressed, or no UTF-8, would not survive as text.
 *
 * @see https://github.com/ministackorg/ministack/pull/766 for types that were tried on an HTTP API
 */
function isText(body: Buffer, headers: Readonly<Record<string, string>>): boolean {
  const { 'content-type': type = '', 'content-encoding': coding = 'identity' } = headers;
  return (
    /^\s*(?:text\/[^;]*|application\/(?:json|xml|javascript))\s*(?:;|$)/i.test(type) &&
    /^\s*(?:identity)?\s*$/i.test(coding) &&
    isUtf8(body)
  );
}

function withoutPort(host: string): string {
  return host.replace(/:\d*$/, '');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @returns a time such as `03/Nov/2026:18:04:05 +0000` */
function commonLogTime(date: Date): string {
  const [day, time] = [String(date.getUTCDate()).padStart(2, '0'), date.toISOString().slice(11, 19)];
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${time} +0000`;
}
