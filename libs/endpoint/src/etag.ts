/**
 * The entity states a conditional request names: versions, or `*` for any state (RFC 9110, section 13.1.1).
 */
export type IfMatch = readonly number[] | '*';

/** The strong entity tag of a version (RFC 9110, section 8.8.3). */
export function entityTag(version: unknown): string {
  return `"${version}"`;
}

/**
 * Reads an If-Match header. Weak tags and tags that are none of ours match nothing, as the strong comparison of
 * RFC 9110, section 8.8.3.2 demands.
 */
export function parseIfMatch(header: string): IfMatch {
  if (header.trim() === '*') return '*';
  return [...header.matchAll(/(?:^|,)\s*"(\d{1,9})"\s*(?=,|$)/g)].map(([, version]) => Number(version));
}

/** Whether an If-None-Match header names the entity tag; weak comparison (RFC 9110, section 13.1.2). */
export function noneMatch(header: string, etag: string): boolean {
  if (header.trim() === '*') return false;
  return !header.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
}
