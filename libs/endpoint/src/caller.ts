import { type Caller, Forbidden, Unauthenticated, UserId } from '@nanoservices/validation';
import type { APIGatewayProxyEventV2, APIGatewayProxyEventV2WithJWTAuthorizer } from 'aws-lambda';
import type { Access } from './contract.ts';

/**
 * Reads the caller from the event. The gateway's JWT authorizer has verified the token; this turns its claims into a
 * caller and enforces `access` once more, so that a route without its authorizer is closed, not open.
 *
 * @throws Unauthenticated when `access` wants a user and there is none
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
  const claims = requestContext?.authorizer?.jwt?.claims;
  if (!claims) return undefined;
  const userId = UserId.safeParse(claims.sub);
  if (!userId.success) return undefined;
  return { userId: userId.data, scopes: scopesOf(claims) };
}

/** The scopes of a token, in its claim `scope` or `scp`, separated by blanks. API Gateway writes a list as `[a b]`. */
export function scopesOf({ scope, scp }: Readonly<Record<string, unknown>>): string[] {
  const text = scope ?? scp;
  return typeof text === 'string'
    ? text
        .replace(/^\[(.*)\]$/, '$1')
        .split(' ')
        .filter(Boolean)
    : [];
}
