import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

/** A request as it comes from the network. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query string, as sent. */
  readonly url: string;
  /** Names in any case, in the order they were sent, repeated ones too. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body?: Buffer | undefined;
  readonly sourceIp?: string;
  readonly protocol?: string;
  /** The gateway's id of the request. */
  readonly requestId?: string;
}

/** The route that API Gateway found for the request. */
export interface Route {
  /** As in `GET /users/{userId}`. */
  readonly routeKey: string;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

type Authorizer = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer'];

/**
 * The event that API Gateway's HTTP API makes of a request (payload format 2.0). What the request does not have, the
 * event does not have: no empty query, no null body.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html
 */
export function httpEvent(
  { method, url, headers, body, ...request }: HttpRequest,
  { routeKey, pathParameters }: Route,
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

/** API Gateway passes these as text, and everything else, also what has no content type, in base64. */
function isText(contentType = ''): boolean {
  return /^(?:text\/[^;]*|application\/(?:json|xml|javascript))\s*(?:;|$)/i.test(contentType);
}

/** API Gateway decodes the path it hands on; one that cannot be decoded stays as it is. */
function decodePath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** As in `03/Nov/2026:18:04:05 +0000`. */
function commonLogTime(date: Date): string {
  const [day, time] = [String(date.getUTCDate()).padStart(2, '0'), date.toISOString().slice(11, 19)];
  return `${day}/${months[date.getUTCMonth()]}/${date.getUTCFullYear()}:${time} +0000`;
}
