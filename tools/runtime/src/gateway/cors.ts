import type { Cors } from '@nanoservices/model';
import type { HttpResponse } from './http-response.ts';

type Headers = [name: string, value: string][];

/** @returns the headers that the gateway adds to the response to a request from `origin` */
function corsHeaders(cors: Cors, origin: string): Headers {
  const allowed = allowedOrigin(cors, origin);
  if (allowed === undefined) return [];
  const { exposeHeaders = [], allowCredentials } = cors;
  return [
    ['access-control-allow-origin', allowed],
    ...(allowed === '*' ? [] : ([['vary', 'origin']] as Headers)),
    ...(exposeHeaders.length > 0
      ? ([['access-control-expose-headers', exposeHeaders.join(',')]] as Headers)
      : []),
    ...(allowCredentials ? ([['access-control-allow-credentials', 'true']] as Headers) : []),
  ];
}

/** @returns the headers of a response: the function's, of which those about CORS are replaced by the gateway's */
export function withCorsHeaders(
  cors: Cors,
  origin: string | undefined,
  headers: HttpResponse['headers'],
): Headers {
  const own = headers.filter(([name]) => !name.startsWith('access-control-'));
  const added = origin === undefined ? [] : corsHeaders(cors, origin);
  const vary = [...own, ...added]
    .filter(([name]) => name === 'vary')
    .flatMap(([, value]) => value.split(/, */));
  const others = [...own, ...added]
    .filter(([name]) => name !== 'vary')
    .map(([name, value]): Headers[0] => [name, value]);
  const different = [...new Map(vary.map((value) => [value.toLowerCase(), value])).values()];
  return vary.length > 0 ? [...others, ['vary', different.join(', ')]] : others;
}

/** @returns the headers of the gateway's response to a preflight request, which no function sees */
export function preflightHeaders(cors: Cors, origin: string): Headers {
  const headers = corsHeaders(cors, origin);
  if (headers.length === 0) return [];
  const { allowMethods = [], allowHeaders = [], maxAge } = cors;
  return [
    ...headers.filter(([name]) => name !== 'access-control-expose-headers'),
    ...(allowMethods.length > 0
      ? ([['access-control-allow-methods', allowMethods.join(',')]] as Headers)
      : []),
    ...(allowHeaders.length > 0
      ? ([['access-control-allow-headers', allowHeaders.join(',')]] as Headers)
      : []),
    ...(maxAge === undefined ? [] : ([['access-control-max-age', String(maxAge)]] as Headers)),
  ];
}

/** @returns the reason why pages of another origin cannot read the response; undefined when they can */
export function crossOriginReason(
  cors: Cors | undefined,
  { origin, host }: { readonly origin?: string | undefined; readonly host?: string | undefined },
): string | undefined {
  if (origin === undefined || origin === `http://${host}` || origin === `https://${host}`) return undefined;
  if (!cors) return `pages of ${origin} cannot read this: api.json has no "cors"`;
  if (allowedOrigin(cors, origin) !== undefined) return undefined;
  return `pages of ${origin} cannot read this: "allowOrigins" in api.json has another origin`;
}

function allowedOrigin({ allowOrigins = [], allowCredentials }: Cors, origin: string): string | undefined {
  if (allowOrigins.includes('*') && !allowCredentials) return '*';
  // https://* and http://* mean every origin with that scheme.
  const scheme = `${origin.split('://')[0]}://*`;
  return allowOrigins.includes(origin) || allowOrigins.includes(scheme) ? origin : undefined;
}
