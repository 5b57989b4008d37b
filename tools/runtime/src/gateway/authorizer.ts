import type { Access } from '@nanoservices/endpoint';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';

export type JwtAuthorizer = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer'];

export type Authorization =
  | { readonly authorizer: JwtAuthorizer | undefined; readonly refusal?: never }
  | { readonly refusal: 401 | 403; readonly authorizer?: never };

/**
 * Stands in for API Gateway's JWT authorizer: decides by the access that the contract declares. The token's signature is
 * NOT checked here; the start screen says so.
 */
export function authorizeRequest(access: Access, authorization: string | undefined): Authorization {
  if (access === 'public') return { authorizer: undefined };
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  const claims = token === undefined ? undefined : decodeClaims(token);
  if (!claims) return { refusal: 401 };
  if (access === 'user') return { authorizer: jwtAuthorizer(claims, null) };
  const scopes = (claims.scope ?? '').split(' ');
  return scopes.includes(access.scope)
    ? { authorizer: jwtAuthorizer(claims, [access.scope]) }
    : { refusal: 403 };
}

/** As API Gateway gives it. `scopes` are those that the route asks for, or null; the types know no null. */
export function jwtAuthorizer(claims: Record<string, string>, scopes: string[] | null): JwtAuthorizer {
  return { jwt: { claims, scopes } } as unknown as JwtAuthorizer;
}

/** The claims of a JSON Web Token, all as strings, as API Gateway passes them; undefined when it is none. */
export function decodeClaims(token: string): Record<string, string> | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    if (typeof claims !== 'object' || claims === null) return undefined;
    return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined;
  }
}

/** A token for the local gateway, which does not check its signature: it has none. */
export function unsignedToken(claims: object): string {
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${encode({ alg: 'none' })}.${encode(claims)}.`;
}
