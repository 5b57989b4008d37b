import type { Contract } from './contract.ts';

/**
 * Headers that tell a browser to take an answer as nothing but data: not to guess its type, show it, frame it, keep it, or
 * ask for it without TLS. What has an ETag may be kept, by its user alone, and is asked for each time.
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
