import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { Access } from './contract.ts';
import { Forbidden, Unauthenticated } from './problem.ts';

/** Sender of a request, described by its token. The application decides what a subject means. */
export interface Caller {
  /** Claim `sub`: any string that an issuer may give (RFC 7519, section 4.1.2). */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** All claims of the token. API Gateway passes on each as a string. */
  readonly claims: Readonly<Record<string, string>>;
}

/**
 * Reads the caller from the claims of the token, which the gateway's JWT authorizer has verified. It enforces `access`
 * again, so that a route without its authorizer is closed.
 *
 * @throws Unauthenticated when `access` requires a caller and the token has no subject
 * @throws Forbidden when the token lacks the scope
 */
export function authorize(access: Access, event: APIGatewayProxyEventV2): Caller | undefined {
  const caller = readCaller(event);
  if (access === 'public') return caller;
  if (!caller) throw new Unauthenticated();
  if (access !== 'user' && !caller.scopes.includes(access.scope)) {
    throw new Forbidden(`This endpoint needs the scope ${access.scope}.`);
  }
  return caller;
}

function readCaller(event: APIGatewayProxyEventV2): Caller | undefined {
  const { requestContext } = event as Partial<APIGatewayProxyEventV2WithJWTAuthorizer>;
  const claims = requestContext?.authorizer?.jwt?.claims as Caller['claims'] | undefined;
  if (typeof claims?.sub !== 'string' || claims.sub === '') return undefined;
  return { subject: claims.sub, scopes: scopesOf(claims), claims };
}

/** Reads the scopes of a token: claim `scope` or `scp`, separated by blanks. API Gateway writes a list as `[a b]`. */
export function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): string[] {
  const text = scope ?? scp;
  return typeof text === 'string'
    ? text
        .replace(/^\[(.*)\]$/, '$1')
        .split(' ')
        .filter(Boolean)
    : [];
}
