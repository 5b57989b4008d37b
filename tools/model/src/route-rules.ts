import type { AnyContract } from '@nanoservices/endpoint';
import { UsageError } from './usage-error.ts';

type RouteOf = Pick<AnyContract, 'name' | 'method' | 'path'>;
/** Length of a scope that a route of an HTTP API takes. */
const scopeCharacters = 64;

const methods: readonly string[] = [
  'GET',
  'POST',
  'PUT',
  'PATCH',
  'DELETE',
  'HEAD',
  'OPTIONS',
  'ANY',
] satisfies AnyContract['method'][];
const literal = /^[\w.:-]+$/;
const parameter = /^\{(?<name>[A-Za-z_]\w*)(?<greedy>\+?)\}$/;

/**
 * Finds the mistake for which API Gateway refuses a route of an HTTP API, or never matches it.
 *
 * @returns what is wrong and the way out, or undefined for a valid route
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function mistakeInRoute({
  method,
  path,
  access,
}: Pick<AnyContract, 'method' | 'path' | 'access'>): string | undefined {
  if (!methods.includes(method)) {
    return `"method" is "${method}". It must be one of ${methods.join(', ')}, in capitals.`;
  }
  if (path === '$default' && method !== 'ANY') {
    return `"path" is "$default". It takes every method: "method" must be ANY, not ${method}.`;
  }
  const mistake = path === '$default' ? undefined : mistakeInPath(path);
  if (mistake) return `"path" is "${path}". ${mistake}`;
  if (typeof access !== 'object' || isScope(access.scope)) return undefined;
  return `"access" has the scope "${access.scope}". A scope has 1 to ${scopeCharacters} characters and no blank: API Gateway takes no other.`;
}

function isScope(scope: string): boolean {
  return scope.length > 0 && scope.length <= scopeCharacters && !/\s/.test(scope);
}

function mistakeInPath(path: string): string | undefined {
  if (typeof path !== 'string' || !path.startsWith('/')) {
    return 'It must begin with "/", or be "$default" for requests without another route.';
  }
  if (path === '/') return undefined;
  if (path.endsWith('/')) return `API Gateway takes no "/" at the end: write "${path.replace(/\/+$/, '')}".`;
  const segments = path.slice(1).split('/');
  const seen = new Set<string>();
  for (const [index, segment] of segments.entries()) {
    const { name, greedy } = parameter.exec(segment)?.groups ?? {};
    if (name === undefined) {
      const mistake = mistakeInLiteral(segment);
      if (mistake) return mistake;
      continue;
    }
    if (greedy && index < segments.length - 1)
      return `${segment} takes the rest of the path: it must be last.`;
    if (seen.has(name)) return `The parameter {${name}} is there twice: give the second another name.`;
    seen.add(name);
  }
  return undefined;
}

function mistakeInLiteral(segment: string): string | undefined {
  if (segment === '') return 'Two "/" follow each other: API Gateway takes no empty part.';
  if (/^\{[^{}]*\}$/.test(segment)) {
    const camelCase = segment.replace(/[^\w{}]+(\w?)/g, (_, letter: string) => letter.toUpperCase());
    const example = parameter.test(camelCase) ? camelCase : '{orderId}';
    return `A parameter's name has letters, digits and "_" only, and begins with no digit: write ${example} for ${segment}.`;
  }
  if (/[{}]/.test(segment)) {
    return `API Gateway takes a parameter as a whole part between two "/" only: split "${segment}", or take what is around the parameter into its value.`;
  }
  if (segment === '.' || segment === '..')
    return `Clients resolve "${segment}", so no request has this path.`;
  if (literal.test(segment)) return undefined;
  return `API Gateway takes letters, digits and . _ : - in a path; "${segment}" has others.`;
}

/** @returns the names of a path's parameters, in its order */
export function parameterNames(path: string): string[] {
  return [...path.matchAll(/\{(\w+)\+?\}/g)].map(([, name]) => name as string);
}

/** The part of a route that API Gateway distinguishes: it ignores the names of parameters. */
export function routeShape({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path.replace(/\{\w+/g, '{')}`;
}

/** @throws UsageError when two endpoints have one route: no topology can serve both */
export function refuseSameRoutes(contracts: readonly RouteOf[]): void {
  const routes = new Map<string, string>();
  for (const contract of contracts) {
    const shape = routeShape(contract);
    const other = routes.get(shape);
    if (other) {
      const { method, path, name } = contract;
      throw new UsageError(`${method} ${path} is the route of ${other} and of ${name}.`);
    }
    routes.set(shape, contract.name);
  }
}

/**
 * Refuses routes that name the parameter in one place differently, such as `/orders/{id}` and `/orders/{orderId}/items`. API
 * Gateway answers "conflicting variable on the same hierarchical level".
 *
 * @throws UsageError that names both
 */
export function refuseConflictingParameters(contracts: readonly RouteOf[]): void {
  const known = new Map<string, { readonly segment: string; readonly contract: RouteOf }>();
  for (const contract of contracts) {
    let place = '';
    for (const segment of contract.path.split('/').slice(1)) {
      const isParameter = parameter.test(segment);
      place += `/${isParameter ? segment.replace(/\w+/, '') : segment}`;
      if (!isParameter) continue;
      const other = known.get(place);
      if (!other) known.set(place, { segment, contract });
      else if (other.segment !== segment) {
        throw new UsageError(
          `${contract.method} ${contract.path} of ${contract.name} has ${segment} where ${other.contract.method} ${other.contract.path} of ${other.contract.name} has ${other.segment}. API Gateway takes one name for a parameter in one place: rename one of them, in "path" and "params".`,
        );
      }
    }
  }
}
