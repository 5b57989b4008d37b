import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type * as z from 'zod/v4/core';
import { isOneOf, mediaOf } from './media.ts';
import { ContentTooLarge, InvalidInput, UnsupportedMediaType } from './problem.ts';

/** @returns the size of a body as it was sent */
export function bodyBytes({ body, isBase64Encoded }: APIGatewayProxyEventV2): number {
  // Emulators of API Gateway may send null.
  return Buffer.byteLength(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
}

/** Functions of node:zlib, by content coding (RFC 9110, section 8.4.1). */
const decoders = {
  gzip: 'gunzipSync',
  'x-gzip': 'gunzipSync',
  deflate: 'inflateSync',
  br: 'brotliDecompressSync',
} as const;

/**
 * Undoes base64 and the content coding of a body.
 *
 * @param limitBytes - maximum size without the coding
 * @throws UnsupportedMediaType for an unknown coding, ContentTooLarge, or InvalidInput when it is not what it says it is
 */
export function decodedBody(
  { body, isBase64Encoded, headers }: APIGatewayProxyEventV2,
  limitBytes: number,
): Buffer {
  const bytes = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8');
  const coding = codingOf(headers);
  if (coding === 'identity' || bytes.length === 0) return bytes;
  if (!Object.hasOwn(decoders, coding)) {
    throw new UnsupportedMediaType('The Content-Encoding must be gzip, deflate or br.', {
      'accept-encoding': 'gzip, deflate, br',
    });
  }
  try {
    // Loaded when it is needed, which is seldom.
    const decode = process.getBuiltinModule('node:zlib')[decoders[coding as keyof typeof decoders]];
    return decode(bytes, { maxOutputLength: limitBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE')
      throw new ContentTooLarge(limitBytes);
    throw invalidBody(`Not valid ${coding}`);
  }
}

function codingOf(headers: APIGatewayProxyEventV2['headers']): string {
  return headers['content-encoding']?.trim().toLowerCase() || 'identity';
}

function invalidBody(message: string): InvalidInput {
  return new InvalidInput([{ path: 'body', message }]);
}

/** Function that reads the body of an event: at once, or later for the media that can only be read so. */
export type BodyReader = (event: APIGatewayProxyEventV2) => unknown;

/** Prepares the reading of bodies of a schema: JSON, or the media that the schema is for. */
export function bodyReader(schema: z.$ZodType, limitBytes: number): BodyReader {
  const media = mediaOf(schema);
  if (!media) return (event) => (event.body ? parseJson(event, limitBytes) : undefined);
  const expected = `The body must be ${media.types.join(' or ')}.`;
  return async (event) => {
    const type = event.headers['content-type'] ?? '';
    if (!isOneOf(media.types, type)) {
      // Without a type, it is no empty body but none.
      if (!event.body) return undefined;
      throw new UnsupportedMediaType(expected);
    }
    const bytes = decodedBody(event, limitBytes);
    try {
      return await media.read(bytes, type);
    } catch {
      throw invalidBody(`Not valid ${type.split(';')[0]}`);
    }
  };
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(event: APIGatewayProxyEventV2, limitBytes: number): unknown {
  const { body = '', headers, isBase64Encoded } = event;
  const type = headers['content-type'];
  // A body without content type is parsed as JSON (permitted by RFC 9110, section 8.3).
  if (type && !/^application\/(?:json|[\w.+-]+\+json) *(?:;|$)/i.test(type)) throw new UnsupportedMediaType();
  const isPlain = !isBase64Encoded && codingOf(headers) === 'identity';
  const bytes = isPlain ? undefined : decodedBody(event, limitBytes);
  try {
    return JSON.parse(bytes ? utf8.decode(bytes) : body);
  } catch {
    throw invalidBody('Not valid JSON in UTF-8');
  }
}
