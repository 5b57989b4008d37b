import type { AnyContract } from '@nanoservices/endpoint';
import { type Contracts, type PackedFunction, routeKey, UsageError } from '@nanoservices/model';
import { apiRouter, routedPath } from '../gateway/router.ts';
import type { InvokeOptions } from './invoke-options.ts';

/**
 * Chooses the contract of a function's only endpoint, or of the unit's endpoint that method and path lead to.
 *
 * @throws UsageError with the choices when no endpoint fits
 */
export function chooseContract(
  { name, routes }: PackedFunction,
  { method, path }: Pick<InvokeOptions, 'method' | 'path'>,
  { contracts }: Pick<Contracts, 'contracts'>,
): AnyContract {
  const contractOf = (endpoint: string) => contracts.get(endpoint) as AnyContract;
  const [only] = routes;
  if (only && routes.length === 1) {
    if (method === undefined || method === only.method || only.method === 'ANY')
      return contractOf(only.endpoint);
    throw new UsageError(`${name} is ${routeKey(only)}; not ${method}.`);
  }
  const pathname = path === undefined ? undefined : routedPath(path);
  const find = apiRouter(routes.map((route) => ({ ...route, function: route.endpoint })));
  const match = pathname === undefined ? undefined : find(method ?? 'GET', pathname);
  if (match) return contractOf(match.route.function);
  const problem = path === undefined ? '--path is missing' : `${name} has no ${method ?? 'GET'} ${path}`;
  const choices = routes.map((route) => `  ${routeKey(route)}`).join('\n');
  throw new UsageError(`${problem}. It has:\n${choices}`);
}
