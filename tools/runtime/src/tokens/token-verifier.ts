import {
  createLocalJWKSet,
  createRemoteJWKSet,
  errors,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
  jwtVerify,
} from 'jose';

/** Issuer and audience of accepted tokens. */
export interface JwtSettings {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** Keys of the issuer. Default: the keys that its discovery document names. */
  readonly keys?: JSONWebKeySet | undefined;
}

/** The claims of an accepted token, all as strings, as API Gateway passes them; or the reason for a refusal. */
export type VerifiedToken =
  | { readonly claims: Record<string, string>; readonly refusal?: never; readonly hint?: never }
  | {
      /** Reason for the client. */
      readonly refusal: string;
      /** Addition for the log. */
      readonly hint?: string | undefined;
      readonly claims?: never;
    };

/** Verifies a token. */
export type VerifyToken = (token: string) => Promise<VerifiedToken>;

/** API Gateway accepts RSA only. The header of a token never widens this list. */
const algorithms = ['RS256', 'RS384', 'RS512'];
/** Tolerated difference of clocks in seconds. */
const clockSkew = 60;
/** API Gateway's timeout for an issuer, in milliseconds. */
const issuerTimeoutMs = 1500;

/**
 * Makes a verifier of JSON Web Tokens with the rules of API Gateway's JWT authorizer: a signature by the key of the issuer
 * that the token names, `iss`, `aud` (or else `client_id`), `exp`, `nbf`, `iat`.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function tokenVerifier({ issuer, audience, keys }: JwtSettings): VerifyToken {
  const findKey = keys ? createLocalJWKSet(keys) : keysOf(issuer);
  const keyOf: JWTVerifyGetKey = (header, token) => {
    // API Gateway refuses a token without a key's name, even if the issuer has one key.
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
      return { claims: claimsAsStrings(payload) };
    } catch (error) {
      if (error instanceof errors.JWTExpired) return { refusal: 'the token has expired' };
      const { message, cause } = error as Error;
      return { refusal: message, hint: typeof cause === 'string' ? cause : undefined };
    }
  };
}

function checkAudience(payload: JWTPayload, audience: readonly string[]): void {
  const meant = payload.aud ?? payload.client_id;
  if (![meant].flat().some((one) => typeof one === 'string' && audience.includes(one))) {
    throw new Error('the token does not have a valid audience', {
      cause: `it is not for ${audience.join(' or ')}`,
    });
  }
}

/** Looks up the address of the keys for the first token, and again after a failure. jose caches the keys. */
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

/** @returns claims in the form of API Gateway: all strings, a list as `[a b]`, and none that is null */
export function claimsAsStrings(claims: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(claims)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => {
        if (Array.isArray(value)) return [name, `[${value.map(asString).join(' ')}]`];
        return [name, asString(value)];
      }),
  );
}

function asString(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
