import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import { parseResponse } from './broken-contract.ts';
import type { Contract } from './contract.ts';
import { entityTag, noneMatch } from './etag.ts';
import { isJson, lowerCase } from './headers.ts';
import { mediaOf } from './media.ts';
import type { Problem } from './problem.ts';
import { Reply } from './reply.ts';
import { securityHeaders } from './security-headers.ts';

export type HttpResponse = APIGatewayProxyStructuredResultV2 & { statusCode: number };

/**
 * Prepares the responses of a contract. The headers of a reply win over the framework's, in whatever case their names are.
 *
 * @returns a function that makes the response to an event from the handler's result
 */
export function responder(
  contract: Contract,
): (event: APIGatewayProxyEventV2, result: unknown) => HttpResponse {
  const validated = process.env.VALIDATE_RESPONSES === 'true' ? contract.response : undefined;

  return (event, result) => {
    const { body, ...reply } = result instanceof Reply ? result : new Reply(result);
    if (validated) parseResponse(validated, body, contract.name);
    const { 'set-cookie': cookie, ...headers }: Record<string, string> = {
      ...securityHeaders(contract),
      ...(contract.etag && { etag: entityTag((body as Record<string, unknown>)[contract.etag]) }),
      ...lowerCase(reply.headers),
    };
    const cookies = [...(reply.cookies ?? []), ...(cookie === undefined ? [] : [cookie])];
    const response: HttpResponse = { statusCode: contract.status, headers };
    if (cookies.length > 0) response.cookies = cookies;
    const known = event.headers['if-none-match'];
    if (contract.etag && known && contract.method === 'GET' && !noneMatch(known, `${headers.etag}`)) {
      return { ...response, statusCode: 304 };
    }
    return contract.response ? { ...response, ...content(contract, headers, body) } : response;
  };
}

/** Encodes a body by its media type, which is added to `headers` if a reply has not set it. */
function content(
  { contentType, response }: Contract,
  headers: Record<string, string>,
  body: unknown,
): Pick<HttpResponse, 'body' | 'isBase64Encoded'> {
  const isBytes = body instanceof Uint8Array;
  headers['content-type'] ??= contentType ?? (isBytes ? 'application/octet-stream' : 'application/json');
  const type = headers['content-type'];
  if (isBytes) return { body: Buffer.from(body).toString('base64'), isBase64Encoded: true };
  if (isJson(type) && !mediaOf(response)) return { body: JSON.stringify(body) };
  if (typeof body === 'string' || body === undefined) return { body };
  throw new TypeError(`A body of ${type} must be a string or a Uint8Array, not ${typeof body}.`);
}

/** Makes the response of a problem (RFC 9457). */
export function problemResponse({ details, headers }: Problem): HttpResponse {
  return {
    statusCode: details.status,
    headers: { ...securityHeaders(), 'content-type': 'application/problem+json', ...lowerCase(headers) },
    body: JSON.stringify(details),
  };
}

/** A function's response, of which API Gateway takes null for absent members. */
interface Received {
  readonly headers?: Readonly<Record<string, string | number | boolean>> | null | undefined;
  readonly body?: string | null | undefined;
  readonly isBase64Encoded?: boolean | null | undefined;
}

/**
 * Reads the body of a function's response: JSON, text of another type, or bytes.
 *
 * @param isText - reads JSON as text
 */
export function readBody({ headers, body, isBase64Encoded }: Received, isText = false): unknown {
  if (body === undefined || body === null) return undefined;
  if (isBase64Encoded) return new Uint8Array(Buffer.from(body, 'base64'));
  const type = lowerCase(headers ?? {})['content-type'];
  return !isText && (type === undefined || isJson(String(type))) ? JSON.parse(body) : body;
}
