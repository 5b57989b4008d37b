import { type Access, scopesOf } from '@nanoservices/endpoint';
import { wantsToken } from '@nanoservices/model';
import type { APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import { claimsAsStrings, type VerifyToken } from '../tokens/token-verifier.ts';

export type JwtAuthorizer = APIGatewayProxyEventV2WithJWTAuthorizer['requestContext']['authorizer'];

/** The decision about a request. */
export type Authorization =
  | { readonly authorizer: JwtAuthorizer | undefined; readonly refusal?: never }
  | {
      readonly refusal: 401 | 403;
      /** Reason for the log. */
      readonly reason: string;
      /** Value of the header `www-authenticate`. */
      readonly challenge: string;
      readonly authorizer?: never;
    };

/**
 * Decides about a request as API Gateway's JWT authorizer does, by the access that the contract declares. The header is the
 * token, or the token prefixed with `Bearer `. Where none is wanted, it is ignored.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-troubleshooting-jwt.html for the challenge
 */
export async function authorizeRequest(
  access: Access | undefined,
  authorization: string | undefined,
  verify: VerifyToken,
): Promise<Authorization> {
  if (!wantsToken(access)) return { authorizer: undefined };
  const token = authorization?.trim().replace(/^Bearer(?: +|$)/i, '');
  if (!token) return { refusal: 401, reason: 'no bearer token', challenge: 'Bearer' };
  const wanted = access === 'user' ? undefined : access.scope;
  const challenge = (error: string, description: string) =>
    `Bearer scope="${wanted ?? ''}" error="${error}" error_description="${quotable(description)}"`;
  const { claims, refusal, hint } = await verify(token);
  if (!claims) {
    const reason = hint ? `${refusal}: ${hint}` : refusal;
    return { refusal: 401, reason, challenge: challenge('invalid_token', refusal) };
  }
  if (wanted === undefined) return { authorizer: jwtAuthorizer(claims, null) };
  const scopes = scopesOf(claims);
  if (scopes.includes(wanted)) return { authorizer: jwtAuthorizer(claims, scopes) };
  return {
    refusal: 403,
    reason: `the token has no scope ${wanted}`,
    challenge: challenge('insufficient_scope', 'the token does not have a valid scope'),
  };
}

/** @returns a text that can stand between quotes in a header (RFC 9110, section 5.6.4) */
function quotable(text: string): string {
  return text.replace(/["\\]/g, "'").replace(/[^ -~]/g, ' ');
}

/** @param scopes - all scopes of the token if the route requires one, or else null, which the types of aws-lambda lack */
export function jwtAuthorizer(claims: Record<string, string>, scopes: string[] | null): JwtAuthorizer {
  return { jwt: { claims, scopes } } as unknown as JwtAuthorizer;
}

/** @returns the claims of a JSON Web Token as strings, UNVERIFIED: for `invoke`, which runs local code only */
export function decodeClaims(token: string): Record<string, string> | undefined {
  try {
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString());
    if (typeof claims !== 'object' || claims === null) return undefined;
    return claimsAsStrings(claims);
  } catch {
    return undefined;
  }
}
