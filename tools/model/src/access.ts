import type { Access } from '@nanoservices/endpoint';

/**
 * Tells if API Gateway checks a token before the function runs. It does not for public endpoints, nor for plain handlers whose
 * contract declares no access.
 */
export function wantsToken(access: Access | undefined): access is Exclude<Access, 'public'> {
  return access !== undefined && access !== 'public';
}
