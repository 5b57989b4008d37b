/**
 * Entity states that a conditional request names: versions, or `*` for any state (RFC 9110, section 13.1.1).
 */
export type IfMatch = readonly number[] | '*';

/** Strong entity tag of a version (RFC 9110, section 8.8.3). */
export function entityTag(version: unknown): string {
  return `"${version}"`;
}

/**
 * Reads an If-Match header. Weak tags and foreign tags match nothing: RFC 9110, section 8.8.3.2 demands the strong
 * comparison.
 */
export function parseIfMatch(header: string): IfMatch {
  if (header.trim() === '*') return '*';
  return [...header.matchAll(/(?:^|,)\s*"(\d{1,9})"\s*(?=,|$)/g)].map(([, version]) => Number(version));
}

/** Tells if an If-None-Match header does not match the entity tag, by weak comparison (RFC 9110, section 13.1.2). */
export function noneMatch(header: string, etag: string): boolean {
  if (header.trim() === '*') return false;
  return !header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
