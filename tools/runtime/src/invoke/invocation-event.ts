import { type AnyContract, scopesOf } from '@nanoservices/endpoint';
import { httpEvent, type MatchedRoute, mediaOf, typeToSend } from '@nanoservices/endpoint/gateway';
import { type ApiFile, type Provider, UsageError, wantsToken } from '@nanoservices/model';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeClaims, type JwtAuthorizer, jwtAuthorizer } from '../gateway/authorizer.ts';
import { apiRouter, routedPath } from '../gateway/router.ts';
import { claimsIn, tokenForm } from '../tokens/provider-tokens.ts';
import { claimsAsStrings } from '../tokens/token-verifier.ts';
import type { InvokeOptions } from './invoke-options.ts';

/** The surroundings of an invocation at the terminal. */
export interface EventContext {
  /** Caller of a request without a token, and the form of their token. */
  readonly api: Pick<ApiFile, 'localCaller' | 'jwt'>;
  /** Describes the input of the endpoint. */
  readonly help: () => string;
  /** Prints a note. */
  readonly tell: (line: string) => void;
}

/**
 * Makes the event of a request from command line options, as the gateway makes it from an HTTP request: routed and
 * authenticated, but not validated, since handlers validate.
 *
 * @throws UsageError when the path does not fit the contract, the body is missing or the token cannot be read
 */
export function invocationEvent(
  contract: AnyContract,
  { method: given, path, query, headers, data, token }: InvokeOptions,
  context: EventContext,
): APIGatewayProxyEventV2 {
  const method = contract.method === 'ANY' ? (given ?? (data ? 'POST' : 'GET')) : contract.method;
  const url = urlOf(path ?? (contract.path === '$default' ? '/' : contract.path), query);
  const match = matchRoute(contract, method, path, url, context.help);
  if (contract.body && data === undefined) {
    throw new UsageError(`${contract.name} needs a body: give it with --data.\n\n${context.help()}`);
  }
  const isGiven = (field: string) => headers.some(([name]) => name.toLowerCase() === field);
  const fields = [...headers];
  if (!isGiven('user-agent')) fields.push(['user-agent', 'nanos']);
  const media = mediaOf(contract.body);
  const type = media ? typeToSend(media.types) : 'application/json';
  if (data && !isGiven('content-type')) {
    if (type === 'multipart/form-data') {
      throw new UsageError(
        `${contract.name} takes ${type}. Say the boundary of --data: --header 'content-type: ${type}; boundary=...'`,
      );
    }
    fields.push(['content-type', type]);
  }
  if (token) fields.push(['authorization', `Bearer ${token}`]);
  const request = { method, url, headers: fields, body: data };
  return httpEvent(request, match, authorizer(contract, token, context));
}

function urlOf(path: string, query: InvokeOptions['query']): string {
  const more = new URLSearchParams(query as [string, string][]).toString();
  const url = /^(?:\/|[a-z]+:\/\/)/i.test(path) ? path : `/${path}`;
  if (more === '') return url;
  return `${url}${url.includes('?') ? '&' : '?'}${more}`;
}

/** @throws UsageError when the path does not fit the contract */
function matchRoute(
  contract: AnyContract,
  method: string,
  path: string | undefined,
  url: string,
  help: () => string,
): MatchedRoute {
  const refuse = (problem: string) => new UsageError(`${problem}.\n\n${help()}`);
  if (path === undefined && contract.path.includes('{')) throw refuse('--path is missing');
  const routed = routedPath(url);
  if (routed === undefined) throw refuse(`--path ${path} cannot be decoded twice: write % as %2525`);
  const match = apiRouter([{ ...contract, function: contract.name }])(method, routed);
  if (!match) throw refuse(`--path ${path} does not fit ${contract.path}`);
  return match;
}

function authorizer(
  { access }: AnyContract,
  token: string | undefined,
  { api: { localCaller, jwt }, tell }: EventContext,
): JwtAuthorizer | undefined {
  if (!wantsToken(access)) return undefined;
  const wanted = access === 'user' ? undefined : access.scope;
  const authorizerOf = (claims: Record<string, string>) =>
    jwtAuthorizer(claims, wanted === undefined ? null : scopesOf(claims));
  if (token) {
    tell('The signature of --token is not checked here.');
    const claims = decodeClaims(token);
    if (claims) return authorizerOf(claims);
    throw new UsageError(
      '--token is not a JSON Web Token (three parts, separated by dots). npx nanos token makes one.',
    );
  }
  const scopes = wanted === undefined ? [] : [wanted];
  const given = claimsAsStrings({
    ...claimsIn(tokenForm(jwt?.like), { ...localCaller, scopes }),
    ...(jwt?.issuer && { iss: jwt.issuer }),
  });
  tell(`As ${given.sub}${scopeNote(wanted, given, jwt?.like)}; --token acts as another caller.`);
  return authorizerOf(given);
}

function scopeNote(
  wanted: string | undefined,
  given: Record<string, string>,
  like: Provider | undefined,
): string {
  if (wanted === undefined) return '';
  if (scopesOf(given).includes(wanted)) return `, with scope ${wanted}`;
  if (like && !tokenForm(like).hasScopes) return `, without a scope: ${like} gives none`;
  return `, without the scope ${wanted}: "claims" of "localCaller" replace it`;
}
