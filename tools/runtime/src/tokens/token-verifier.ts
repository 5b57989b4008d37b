import {
  createLocalJWKSet,
  createRemoteJWKSet,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';

/** Whose tokens are taken. */
export interface JwtSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** The issuer's keys. Without them, they are fetched from where its discovery document says. */
  readonly keys?: JSONWebKeySet | undefined;
}

/** What is known of a token: its claims, all as strings, as API Gateway passes them; or why it is refused. */
export type VerifiedToken =
  | { readonly claims: Record<string, string>; readonly refusal?: never }
  | { readonly refusal: string; readonly claims?: never };

export type VerifyToken = (token: string) => Promise<VerifiedToken>;

/** API Gateway takes RSA only. What a token says of itself never widens this. */
const algorithms = ['RS256', 'RS384', 'RS512'];
/** Seconds that clocks may differ. */
const clockSkew = 60;
/** API Gateway's patience with an issuer, in milliseconds. */
const issuerTimeoutMs = 1500;

/**
 * Verifies JSON Web Tokens by the rules of API Gateway's JWT authorizer: signature by a key of the issuer that the token
 * names, `iss`, `aud` (or `client_id` without one), `exp`, `nbf`, `iat`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function tokenVerifier({ issuer, audience, keys }: JwtSettings): VerifyToken {
  const findKey = keys ? createLocalJWKSet(keys) : keysOf(issuer);
  const keyOf: JWTVerifyGetKey = (header, token) => {
    // With one key only, a token need not name it; API Gateway wants it to.
    if (!header.kid) throw new Error('the token names no key ("kid")');
    return findKey(header, token);
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, keyOf, {
        issuer,
        algorithms,
        clockTolerance: clockSkew,
        requiredClaims: ['exp'],
      });
      checkAudience(payload, audience);
      if (payload.iat !== undefined && payload.iat > Date.now() / 1000 + clockSkew) {
        throw new Error('"iat" is in the future');
      }
      return { claims: asStrings(payload) };
    } catch (error) {
      return { refusal: (error as Error).message };
    }
  };
}

function checkAudience(payload: JWTPayload, audience: readonly string[]): void {
  const meant = payload.aud ?? payload.client_id;
  if (![meant].flat().some((one) => typeof one === 'string' && audience.includes(one))) {
    throw new Error(`the token is not for ${audience.join(' or ')}`);
  }
}

/** Looks the address of the keys up when the first token comes, and again when that failed. jose caches the keys. */
function keysOf(issuer: string): JWTVerifyGetKey {
  let found: Promise<JWTVerifyGetKey> | undefined;
  return async (header, token) => {
    found ??= discover(issuer);
    const keys = await found.catch((error) => {
      found = undefined;
      throw error;
    });
    return keys(header, token);
  };
}

/** @see https://openid.net/specs/openid-connect-discovery-1_0.html */
async function discover(issuer: string): Promise<JWTVerifyGetKey> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const response = await fetch(address, { signal: AbortSignal.timeout(issuerTimeoutMs) });
  if (!response.ok) throw new Error(`${address} answers ${response.status}`);
  const { jwks_uri: keys } = (await response.json()) as { jwks_uri: string };
  return createRemoteJWKSet(new URL(keys), { timeoutDuration: issuerTimeoutMs });
}

/** Lists are written as API Gateway writes them: `[a b]`. */
function asStrings(payload: JWTPayload): Record<string, string> {
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      if (Array.isArray(value)) return [name, `[${value.join(' ')}]`];
      return [name, typeof value === 'object' ? JSON.stringify(value) : String(value)];
    }),
  );
}
