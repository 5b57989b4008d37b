import { type Access, scopesOf } from '@nanoservices/endpoint';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { VerifyToken } from '../tokens/token-verifier.ts';

export type JwtAuthorizer = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer'];

/** The decision about a request. */
export type Authorization =
  | { readonly authorizer: JwtAuthorizer | undefined; readonly refusal?: never }
  | { readonly refusal: 401 | 403; readonly reason: string; readonly authorizer?: never };

/**
 * Decides about a request as API Gateway's JWT authorizer does, by the access that the contract declares. The token of a
 * request to a public endpoint is ignored.
 */
export async function authorizeRequest(
  access: Access,
  authorization: string | undefined,
  verify: VerifyToken,
): Promise<Authorization> {
  if (access === 'public') return { authorizer: undefined };
  const token = /^Bearer (\S+)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return { refusal: 401, reason: 'no bearer token' };
  const { claims, refusal } = await verify(token);
  if (!claims) return { refusal: 401, reason: refusal };
  if (access === 'user') return { authorizer: jwtAuthorizer(claims, null) };
  return scopesOf(claims).includes(access.scope)
    ? { authorizer: jwtAuthorizer(claims, [access.scope]) }
    : { refusal: 403, reason: `the token has no scope ${access.scope}` };
}

/** @param scopes - the scopes that the route requires, or null, which the types of aws-lambda lack */
export function jwtAuthorizer(claims: Record<string, string>, scopes: string[] | null): JwtAuthorizer {
  return { jwt: { claims, scopes } } as unknown as JwtAuthorizer;
}

/** @returns the claims of a JSON Web Token as strings, UNVERIFIED: for `invoke`, which runs local code only */
export function decodeClaims(token: string): Record<string, string> | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    if (typeof claims !== 'object' || claims === null) return undefined;
    return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, String(value)]));
  } catch {
    return undefined;
  }
}
