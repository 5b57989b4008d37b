import * as z from 'zod/mini';

/**
 * Schema of one line of text: trimmed, not blank, without control characters.
 *
 * PostgreSQL cannot store NUL (SQLSTATE 22021). Lone surrogates have no UTF-8 form and would come back changed.
 *
 * @param maxLength - in characters (code points), as PostgreSQL and JSON Schema count
 */
export function line(maxLength: number) {
  return z.string().check(
    z.trim(),
    z.minLength(1, { abort: true }),
    // A character takes two UTF-16 code units at most. The pattern below is for short texts only.
    z.maxLength(2 * maxLength, { abort: true }),
    z.regex(visible, 'Control characters are not allowed'),
    z.refine((text: string) => text.isWellFormed(), 'Not Unicode'),
    z.refine((text: string) => [...text].length <= maxLength, `At most ${maxLength} characters`),
  );
}

/** A character that is not blank, and no control character. Few readers of JSON Schema know `\p{Cc}`. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: the pattern refuses them
const visible = /^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$/;

/** Date and time in UTC (RFC 3339). */
export const Timestamp = z.iso.datetime();

/** Version of an entity: it grows by one with every change, and is the ETag. */
export const Version = z.int().check(z.positive());

/** Key of a create request, unique per intended creation (draft-ietf-httpapi-idempotency-key-header). */
export const IdempotencyKey = z
  .string()
  .check(z.maxLength(255), z.regex(/^[\x21-\x7e]+$/, 'Only visible ASCII characters are allowed'));
