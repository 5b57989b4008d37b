import { demoUserId } from '@nanoservices/database/demo-data';
import type { Contract } from '@nanoservices/endpoint';
import { UsageError } from '@nanoservices/workspace/usage-error';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { decodeClaims, type JwtAuthorizer, jwtAuthorizer } from '../gateway/authorizer.ts';
import { httpEvent } from '../gateway/http-event.ts';
import { describeContract } from './contract-help.ts';
import type { InvokeOptions } from './invoke-options.ts';

/**
 * Makes the event of a request to an endpoint out of command line options, as the gateway would make it of an HTTP
 * request: routed and authenticated, but not validated, since that is the handler's job.
 *
 * @param tell - called with what the user should know
 * @throws UsageError when the path does not fit the contract, the body is missing or the token cannot be read
 */
export function invocationEvent(
  contract: Contract,
  { path, query, headers, data, token }: InvokeOptions,
  tell: (line: string) => void,
): APIGatewayProxyEventV2 {
  const url = new URL(path ?? contract.path, 'http://localhost');
  for (const [name, value] of query) url.searchParams.append(name, value);
  const pathParameters = matchPath(contract, path);
  if (contract.body && data === undefined) {
    throw new UsageError(
      `${contract.name} needs a body: give it with --data.\n\n${describeContract(contract)}`,
    );
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
  return httpEvent(request, { routeKey, pathParameters }, authorizer(contract, token, tell));
}

/** The path's parameters, decoded. */
function matchPath(contract: Contract, path: string | undefined): Record<string, string> {
  if (path === undefined && !contract.path.includes('{')) return {};
  const pathname = contract.path.replace(/\{(\w+)\+\}/g, ':$1+').replace(/\{(\w+)\}/g, ':$1');
  const match = path === undefined ? null : new URLPattern({ pathname }).exec(path, 'http://localhost');
  if (!match) {
    const problem = path === undefined ? '--path is missing' : `--path ${path} does not fit ${contract.path}`;
    throw new UsageError(`${problem}.\n\n${describeContract(contract)}`);
  }
  const groups = Object.entries(match.pathname.groups);
  return Object.fromEntries(groups.map(([name, value]) => [name, decodeURIComponent(value ?? '')]));
}

function authorizer(
  { access }: Contract,
  token: string | undefined,
  tell: (line: string) => void,
): JwtAuthorizer | undefined {
  if (access === 'public') return undefined;
  const scope = access === 'user' ? '' : access.scope;
  const scopes = scope ? [scope] : null;
  if (token) {
    tell('The signature of --token is not checked here.');
    const claims = decodeClaims(token);
    if (claims) return jwtAuthorizer(claims, scopes);
    throw new UsageError('--token is not a JSON Web Token (three parts, separated by dots).');
  }
  tell(`As the demo user ${demoUserId}${scope && `, with scope ${scope}`}; --token acts as another.`);
  return jwtAuthorizer({ sub: demoUserId, scope }, scopes);
}
