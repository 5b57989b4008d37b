import * as z from 'zod/mini';

/**
 * One line of text for people: trimmed, not empty, no control characters.
 *
 * NUL is refused because PostgreSQL cannot store it (SQLSTATE 22021), lone surrogates because they have no UTF-8 form
 * and would come back changed.
 *
 * @param maxLength - in UTF-16 code units
 */
export function line(maxLength: number) {
  return z
    .string()
    .check(
      z.trim(),
      z.minLength(1),
      z.maxLength(maxLength),
      z.regex(/^[^\p{Cc}\p{Cs}]*$/u, 'Control characters are not allowed'),
    );
}

/** The client's key of a create request, unique per intended creation (draft-ietf-httpapi-idempotency-key-header). */
export const IdempotencyKey = z
  .string()
  .check(z.maxLength(255), z.regex(/^[\x21-\x7e]+$/, 'Only visible ASCII characters are allowed'));
