import type { Access, Method } from '@nanoservices/endpoint';
import { routeShape } from '@nanoservices/workspace/contract-file';
import findMyWay, { type HTTPMethod } from 'find-my-way';

/** A route of the API and the function behind it. */
export interface ApiRoute {
  readonly functionName: string;
  readonly method: Method | 'ANY';
  /** As API Gateway writes it: `/users/{userId}`, `/files/{proxy+}`, or `$default` for whatever has no other route. */
  readonly path: string;
  readonly access: Access;
}

export interface RouteMatch {
  readonly route: ApiRoute;
  /** As in `GET /users/{userId}`. */
  readonly routeKey: string;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

const everyMethod: HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/**
 * Makes the routing of an HTTP API: a whole path goes before a greedy one, that before `$default`; a method before ANY.
 *
 * @throws Error when two routes have the same method and the same path
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function apiRouter(routes: readonly ApiRoute[]): FindRoute {
  const router = findMyWay({ caseSensitive: true, maxParamLength: 10_240 });
  let fallback: ApiRoute | undefined;
  const taken = new Map<string, ApiRoute>();
  // A method of its own first: ANY gets what is left.
  for (const route of routes.toSorted((a, b) => Number(a.method === 'ANY') - Number(b.method === 'ANY'))) {
    if (route.path === '$default') {
      fallback = route;
      continue;
    }
    const methods = (route.method === 'ANY' ? everyMethod : [route.method as HTTPMethod]).filter((method) => {
      const key = routeShape({ method, path: route.path });
      const other = taken.get(key);
      if (!other) taken.set(key, route);
      else if (other.method === route.method) throw new Error(conflict(route, other));
      return !other;
    });
    if (methods.length > 0) router.on(methods, pattern(route.path), () => {}, route);
  }
  return (method, path) => {
    const found = router.find(method as HTTPMethod, path);
    const greedy = found && '*' in found.params;
    // API Gateway's greedy parameter takes at least one character.
    if (!found || (greedy && found.params['*'] === '')) {
      return fallback && { route: fallback, routeKey: '$default', pathParameters: {} };
    }
    const route = found.store as ApiRoute;
    const routeKey = `${route.method} ${route.path}`;
    return { route, routeKey, pathParameters: parameters(route, found.params) };
  };
}

/** The router's own way to write a path: `:userId` and `*`. */
function pattern(path: string): string {
  return path
    .replaceAll(':', '::')
    .replace(/\{\w+\+\}$/, '*')
    .replace(/\{(\w+)\}/g, ':$1');
}

function parameters(route: ApiRoute, params: Record<string, string | undefined>): Record<string, string> {
  const greedy = /\{(\w+)\+\}$/.exec(route.path)?.[1];
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [name === '*' && greedy ? greedy : name, value ?? '']),
  );
}

function conflict({ functionName, method, path }: ApiRoute, other: ApiRoute): string {
  return `The route ${method} ${path} of ${functionName} is that of ${other.functionName}, too.`;
}
