import type { Contract } from './contract.ts';

/**
 * Headers that make a browser treat a response as data only: no type sniffing, no rendering, no framing, no caching, no
 * request without TLS. A response with an ETag may be cached privately, and is revalidated each time.
 *
 * @see https://cheatsheetseries.owasp.org/cheatsheets/REST_Security_Cheat_Sheet.html#security-headers
 */
export function securityHeaders(contract?: Pick<Contract, 'etag'>): Readonly<Record<string, string>> {
  return {
    'cache-control': contract?.etag ? 'private, no-cache' : 'no-store',
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
    'strict-transport-security': 'max-age=31536000',
    'x-content-type-options': 'nosniff',
  };
}
