import type { Contract } from '@nanoservices/endpoint';
import { type LocalCaller, UsageError } from '@nanoservices/model';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeClaims, type JwtAuthorizer, jwtAuthorizer } from '../gateway/authorizer.ts';
import { httpEvent } from '../gateway/http-event.ts';
import type { InvokeOptions } from './invoke-options.ts';

/** The surroundings of an invocation at the terminal. */
export interface EventContext {
  /** Caller of a request without a token. */
  readonly caller: LocalCaller;
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
  contract: Contract,
  { path, query, headers, data, token }: InvokeOptions,
  context: EventContext,
): APIGatewayProxyEventV2 {
  const url = new URL(path ?? contract.path, 'http://localhost');
  for (const [name, value] of query) url.searchParams.append(name, value);
  const pathParameters = matchPath(contract, path, context.help);
  if (contract.body && data === undefined) {
    throw new UsageError(`${contract.name} needs a body: give it with --data.\n\n${context.help()}`);
  }
  const fields: (readonly [string, string])[] = [['host', 'localhost'], ...headers];
  if (data && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    fields.push(['content-type', 'application/json']);
  }
  if (token) fields.push(['authorization', `Bearer ${token}`]);
  const routeKey = `${contract.method} ${contract.path}`;
  const request = {
    method: contract.method,
    url: `${url.pathname}${url.search}`,
    headers: fields,
    body: data,
  };
  return httpEvent(request, { routeKey, pathParameters }, authorizer(contract, token, context));
}

/** @returns the decoded parameters of the path */
function matchPath(contract: Contract, path: string | undefined, help: () => string): Record<string, string> {
  if (path === undefined && !contract.path.includes('{')) return {};
  const pathname = contract.path.replace(/\{(\w+)\+\}/g, ':$1+').replace(/\{(\w+)\}/g, ':$1');
  const match = path === undefined ? null : new URLPattern({ pathname }).exec(path, 'http://localhost');
  if (!match) {
    const problem = path === undefined ? '--path is missing' : `--path ${path} does not fit ${contract.path}`;
    throw new UsageError(`${problem}.\n\n${help()}`);
  }
  const groups = Object.entries(match.pathname.groups);
  return Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value ?? '')]));
}

function authorizer(
  { access }: Contract,
  token: string | undefined,
  { caller, tell }: EventContext,
): JwtAuthorizer | undefined {
  if (access === 'public') return undefined;
  const wanted = access === 'user' ? [] : [access.scope];
  const scopes = wanted.length > 0 ? wanted : null;
  if (token) {
    tell('The signature of --token is not checked here.');
    const claims = decodeClaims(token);
    if (claims) return jwtAuthorizer(claims, scopes);
    throw new UsageError(
      '--token is not a JSON Web Token (three parts, separated by dots). npx nanos token makes one.',
    );
  }
  const { subject, claims } = caller;
  const scope = wanted.join(' ');
  tell(`As ${subject}${scope && `, with scope ${scope}`}; --token acts as another caller.`);
  return jwtAuthorizer({ ...claims, sub: subject, scope }, scopes);
}
