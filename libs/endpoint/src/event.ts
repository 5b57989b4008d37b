import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod/v4/core';
import type { Contract } from './contract.ts';
import { lowerCase } from './headers.ts';
import { mediaOf } from './media.ts';

type Parts = 'params' | 'query' | 'headers' | 'cookies' | 'body';

type PartInput<Part> = Part extends z.$ZodType ? z.input<Part> : undefined;

type MustBeGiven<Part> = Part extends z.$ZodType
  ? Record<never, never> extends z.input<Part>
    ? false
    : true
  : false;

/** Parts of a request to an endpoint, before validation. Parts without required fields are optional. */
export type Request<C extends Contract> = {
  readonly [P in Parts as MustBeGiven<C[P]> extends true ? P : never]: PartInput<C[P]>;
} & {
  readonly [P in Parts as MustBeGiven<C[P]> extends true ? never : P]?: PartInput<C[P]>;
};
/** Parts of any request, before validation. */
export interface UntypedRequest {
  readonly params?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly cookies?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** Origin of a request: part of API Gateway's `requestContext`. */
export type Origin = Partial<Pick<APIGatewayProxyEventV2['requestContext'], 'requestId'>> & {
  readonly authorizer?: unknown;
  readonly sourceIp?: string;
  readonly userAgent?: string;
};

/**
 * Makes the API Gateway event (payload format 2.0) of a request to an endpoint. As in the gateway's own events, absent
 * parts of the request are absent keys of the event.
 */
export async function eventOf(
  contract: Contract,
  request: UntypedRequest,
  origin: Origin = {},
): Promise<APIGatewayProxyEventV2> {
  const path = contract.path.replace(/\{(\w+)\+?\}/g, (_, name: string) => String(request.params?.[name]));
  const query = queryString(request.query);
  const cookies = Object.entries(request.cookies ?? {}).map(([name, value]) => `${name}=${value}`);
  const written = request.body === undefined ? undefined : await writeBody(contract, request.body);
  const { authorizer, requestId = '', sourceIp = '127.0.0.1', userAgent = contract.name } = origin;
  return {
    version: '2.0',
    routeKey: `${contract.method} ${contract.path}`,
    rawPath: path,
    rawQueryString: query.toString(),
    headers: {
      ...(written && { 'content-type': written.type }),
      ...lowerCase(strings(request.headers)),
    },
    ...(query.size > 0 && { queryStringParameters: commaJoined(query) }),
    ...(request.params && { pathParameters: strings(request.params) }),
    ...(cookies.length > 0 && { cookies }),
    ...(written && { body: written.body }),
    isBase64Encoded: written?.isBase64Encoded ?? false,
    requestContext: {
      accountId: '',
      apiId: '',
      domainName: '',
      domainPrefix: '',
      http: { method: contract.method, path, protocol: 'HTTP/1.1', sourceIp, userAgent },
      requestId,
      routeKey: `${contract.method} ${contract.path}`,
      stage: '$default',
      time: '',
      timeEpoch: 0,
      ...(authorizer !== undefined && { authorizer }),
    },
  };
}

/** Writes JSON as text and all else in base64, as API Gateway does. */
async function writeBody({ body }: Contract, value: unknown) {
  const media = mediaOf(body);
  if (!media) return { body: JSON.stringify(value), isBase64Encoded: false, type: 'application/json' };
  const { bytes, type } = await media.write(value);
  return { body: bytes.toString('base64'), isBase64Encoded: true, type };
}

function queryString(query: UntypedRequest['query'] = {}): URLSearchParams {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    [value].flat().map((single): [string, string] => [name, String(single)]),
  );
  return new URLSearchParams(pairs);
}

function commaJoined(query: URLSearchParams): Record<string, string> {
  return Object.fromEntries([...new Set(query.keys())].map((name) => [name, query.getAll(name).join(',')]));
}

function strings(values: Readonly<Record<string, unknown>> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
}
