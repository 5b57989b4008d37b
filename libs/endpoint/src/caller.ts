import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { Access } from './contract.ts';
import { Forbidden, Unauthenticated } from './problem.ts';

/** Sender of a request, described by its token. The application decides what a subject means. */
export interface Caller {
  /** Claim `iss`. A subject is unique within its issuer only. */
  readonly issuer: string;
  /** Claim `sub`: opaque text of 1 to 255 characters without NUL (OpenID Connect Core 1.0, section 2). */
  readonly subject: string;
  readonly scopes: readonly string[];
  /** Values of the claim that the setting `roleClaim` names. */
  readonly roles: readonly string[];
  /** All claims of the token. API Gateway passes on each as a string. */
  readonly claims: Readonly<Record<string, string>>;
}

/** Name of the environment variable that names the claim with the caller's roles. */
export const roleClaimVariable = 'JWT_ROLE_CLAIM';

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
  const { sub, iss: issuer = '' } = claims ?? {};
  if (!claims || !isSubject(sub)) return undefined;
  return { issuer, subject: sub, scopes: scopesOf(claims), roles: rolesOf(claims), claims };
}

/** NUL and lone surrogates, which JSON can write, fit into no database. */
function isSubject(sub: unknown): sub is string {
  return typeof sub === 'string' && /^[^\0]{1,255}$/.test(sub) && sub.isWellFormed();
}

/**
 * Reads the scopes of a token: claims `scope` and `scp`, each a text separated by blanks or a list. API Gateway writes a list
 * as `[a b]`.
 */
export function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): string[] {
  return [...new Set([scope, scp].flat().flatMap(words))];
}

/** A text is one role, so a role may have blanks. In a list, which API Gateway writes as `[a b]`, it may not. */
function rolesOf(claims: Caller['claims']): string[] {
  const name = process.env[roleClaimVariable];
  const text: unknown = name && claims[name];
  if (typeof text !== 'string' || text === '') return [];
  return text.startsWith('[') ? words(text) : [text];
}

function words(text: unknown): string[] {
  return typeof text === 'string'
    ? text
        .replace(/^\[(.*)\]$/, '$1')
        .split(' ')
        .filter(Boolean)
    : [];
}
