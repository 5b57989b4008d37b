import { isUtf8 } from 'node:buffer';
import type { StreamedPayload } from '../environment/environment.ts';
import { type HttpResponse, httpResponse } from './http-response.ts';

/** The content type of a response that begins with status and headers as JSON, and eight zero bytes. */
export const integrationResponse = 'application/vnd.awslambda.http-integration-response';
/** Separates status and headers from the body. */
export const delimiter = Buffer.alloc(8);

/**
 * Makes the head of a response from the JSON at the beginning of a stream.
 *
 * @throws Error that says how it is malformed
 */
export function streamedHead(prelude: string): HttpResponse {
  const head = httpResponse({ ...parsePrelude(prelude), body: '' });
  if (head.reason !== undefined) throw new Error(head.reason);
  return head;
}

/**
 * Reads a streamed response that is kept as a whole.
 *
 * @returns the payload that an endpoint without a stream would have given (payload format 2.0)
 * @throws Error that says how its status and headers are malformed
 */
export function streamedPayload({ contentType, bytes }: StreamedPayload): object {
  if (contentType !== integrationResponse) {
    return { statusCode: 200, headers: { 'content-type': contentType }, ...encoded(bytes) };
  }
  const end = bytes.indexOf(delimiter);
  if (end === -1) throw new Error('the function ended its stream before status and headers');
  return {
    ...parsePrelude(bytes.subarray(0, end).toString()),
    ...encoded(bytes.subarray(end + delimiter.length)),
  };
}

function encoded(bytes: Buffer): { readonly body: string; readonly isBase64Encoded: boolean } {
  const isText = isUtf8(bytes);
  return { body: bytes.toString(isText ? 'utf8' : 'base64'), isBase64Encoded: !isText };
}

function parsePrelude(prelude: string): object {
  const parsed = parse(prelude);
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error(
      `The function's response is malformed: its stream begins with no JSON object of status and headers.`,
    );
  }
  return { ...parsed, statusCode: (parsed as { statusCode?: unknown }).statusCode ?? 200 };
}

/** @returns undefined when the text is no JSON */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
