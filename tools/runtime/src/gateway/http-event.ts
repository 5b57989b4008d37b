import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

/** A request from the network. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string in the form that was sent. */
  readonly url: string;
  /** Headers in the order that was sent, with repetitions. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | undefined;
  readonly sourceIp?: string;
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
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(
  { method, url, headers, body, ...request }: HttpRequest,
  { routeKey, pathParameters }: MatchedRoute,
  authorizer?: Authorizer,
): APIGatewayProxyEventV2 {
  const { sourceIp = '127.0.0.1', protocol = 'HTTP/1.1', requestId = randomUUID() } = request;
  const [path = '/', ...query] = url.split('?');
  const rawPath = decodePath(path);
  const rawQueryString = query.join('?');
  const queryStringParameters = joined([...new URLSearchParams(rawQueryString)]);
  const lowerCase = headers.map(([name, value]): [string, string] => [name.toLowerCase(), value]);
  const cookies = lowerCase.filter(([name]) => name === 'cookie').flatMap(([, value]) => value.split(/; */));
  const fields = joined(lowerCase.filter(([name]) => name !== 'cookie'));
  const isBase64Encoded = body !== undefined && !isText(fields['content-type']);
  const now = new Date();
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookies.length > 0 && { cookies }),
    headers: fields,
    ...(rawQueryString !== '' && { queryStringParameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: fields.host ?? 'localhost',
      domainPrefix: 'local',
      http: {
        method,
        path: rawPath,
        protocol,
        sourceIp,
        userAgent: fields['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: commonLogTime(now),
      timeEpoch: now.getTime(),
      ...(authorizer && { authorizer }),
    },
    ...(Object.keys(pathParameters).length > 0 && { pathParameters: { ...pathParameters } }),
    ...(body !== undefined && { body: body.toString(isBase64Encoded ? 'base64' : 'utf8') }),
    isBase64Encoded,
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

/** API Gateway passes these types as text, and all others, or none, in base64. */
function isText(contentType = ''): boolean {
  return /^(?:text\/[^;]*|application\/(?:json|xml|javascript))\s*(?:;|$)/i.test(contentType);
}

/** API Gateway decodes the path. A path that cannot be decoded stays as it is. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @returns a time such as `03/Nov/2026:18:04:05 +0000` */
function commonLogTime(date: Date): string {
  const [day, time] = [String(date.getUTCDate()).padStart(2, '0'), date.toISOString().slice(11, 19)];
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${time} +0000`;
}
