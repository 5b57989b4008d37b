import * as z from 'zod/mini';

/**
 * One line of text for people: trimmed, not blank, no control characters.
 *
 * NUL is refused because PostgreSQL cannot store it (SQLSTATE 22021), lone surrogates because they have no UTF-8 form
 * and would come back changed.
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

/** Something that is not blank, among no control characters; without `\p{Cc}`, which few readers of JSON Schema know. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it refuses
const visible = /^[^\x00-\x1f\x7f-\x9f]*[^\s\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f]*$/;

/** A moment in UTC (RFC 3339), to the millisecond. */
export const Timestamp = z.iso.datetime();

/** The version of an entity: grows by one with every change, and is its ETag. */
export const Version = z.int().check(z.positive());

/** The client's key of a create request, unique per intended creation (draft-ietf-httpapi-idempotency-key-header). */
export const IdempotencyKey = z
  .string()
  .check(z.maxLength(255), z.regex(/^[\x21-\x7e]+$/, 'Only visible ASCII characters are allowed'));
