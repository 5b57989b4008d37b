import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { invalidContent, ServiceError } from './service-error.ts';

/** Limits of a payload in bytes: 6 MiB in a synchronous invocation, 1 MiB (since October 2025) in an asynchronous one. */
const payloadLimits = { RequestResponse: 6 * 1024 * 1024, Event: 1024 * 1024 } as const;
/** Limit of the client context in base64. */
const contextLimit = 3583;

/**
 * Reads the payload of an invocation.
 *
 * @returns the event as JSON: `{}` for no payload
 * @throws ServiceError when it is too large, or not JSON in UTF-8
 */
export async function readEvent(
  request: IncomingMessage,
  type: 'RequestResponse' | 'Event',
): Promise<string> {
  const limit = payloadLimits[type];
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // Bytes beyond the limit are read, so that the client receives the refusal, but not kept.
    if (bytes <= limit) chunks.push(chunk);
  }
  if (bytes > limit) throw tooLarge(bytes, limit, type);
  if (bytes === 0) return '{}';
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
    JSON.parse(text);
    return text;
  } catch (error) {
    const reason = `Could not parse payload into json: ${(error as Error).message}`;
    throw invalidContent(`Could not parse request body into json: ${reason}`);
  }
}

function tooLarge(bytes: number, limit: number, type: string): ServiceError {
  const message =
    type === 'Event'
      ? `${bytes} byte payload is too large for the Event invocation type (limit ${limit} bytes)`
      : `Request must be smaller than ${limit} bytes for the InvokeFunction operation`;
  return new ServiceError(413, 'RequestTooLargeException', message);
}

/**
 * @returns the client context as JSON; undefined when there is none
 * @throws ServiceError when it is no JSON object in base64, or longer than 3583 bytes
 */
export function clientContextOf(headers: IncomingHttpHeaders): string | undefined {
  const encoded = headers['x-amz-client-context'];
  if (encoded === undefined || encoded === '') return undefined;
  const base64 = String(encoded);
  if (base64.length > contextLimit) {
    throw invalidContent(
      `Client context must be at most ${contextLimit} bytes in Base64; it has ${base64.length} bytes.`,
    );
  }
  const text = Buffer.from(base64, 'base64').toString();
  if (/^[\w+/-]+=*$/.test(base64) && isObject(text)) return text;
  throw invalidContent('Client context must be a valid Base64-encoded JSON object.');
}

function isObject(text: string): boolean {
  try {
    const value = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
