import { requestTarget } from '@nanoservices/endpoint/gateway';
import { type Route, routeKey, routeShape } from '@nanoservices/model';
import findMyWay, { type HTTPMethod } from 'find-my-way';

/** The parts of a route that the gateway needs. */
export type GatewayRoute = Pick<Route, 'method' | 'path' | 'access' | 'function' | 'stream'>;

/** The route of a request. */
export interface RouteMatch {
  readonly route: GatewayRoute;
  /** Route in API Gateway's notation: `GET /orders/{orderId}`. */
  readonly routeKey: string;
  /** Decoded values by name. */
  readonly pathParameters: Readonly<Record<string, string>>;
}

/** Finds the route of a method and a path (see {@link routedPath}). */
export type FindRoute = (method: string, path: string) => RouteMatch | undefined;

/** @returns the path that routes are compared with, or undefined when API Gateway answers 400 because it cannot be decoded */
export function routedPath(url: string): string | undefined {
  try {
    return requestTarget(url).path;
  } catch {
    return undefined;
  }
}

const everyMethod: HTTPMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'];

/**
 * Makes the router of an HTTP API. A full path wins over a greedy one, a greedy one over `$default`, and a method over ANY.
 *
 * @throws Error when two routes have the same method and the same path
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
export function apiRouter(routes: readonly GatewayRoute[]): FindRoute {
  const router = findMyWay({ caseSensitive: true, maxParamLength: 10_240 });
  let fallback: GatewayRoute | undefined;
  const taken = new Map<string, GatewayRoute>();
  // Named methods first: ANY gets the others.
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
  const greedy = greedyRoutes(routes);
  return (method, path) => {
    const found = router.find(method as HTTPMethod, encodeSegments(path));
    // API Gateway's greedy parameter takes at least one character.
    const isEmpty = found?.params['*'] === '';
    const shorter = isEmpty ? greedy.find((one) => one.takes(method, path)) : undefined;
    if (shorter) return shorter.match(path);
    if (!found || isEmpty) {
      return fallback && { route: fallback, routeKey: routeKey(fallback), pathParameters: {} };
    }
    const route = found.store as GatewayRoute;
    return { route, routeKey: routeKey(route), pathParameters: parameters(route, found.params) };
  };
}

/** A route with a greedy parameter, by itself: find-my-way knows the longest one only. */
interface GreedyRoute {
  takes(method: string, path: string): boolean;
  match(path: string): RouteMatch;
}

/** @returns greedy routes, the most specific first */
function greedyRoutes(routes: readonly GatewayRoute[]): GreedyRoute[] {
  const rank = ({ method, path }: GatewayRoute) => path.split('/').length * 2 - Number(method === 'ANY');
  return routes
    .filter(({ path }) => path.endsWith('+}'))
    .sort((a, b) => rank(b) - rank(a))
    .map((route) => {
      const expression = new RegExp(
        `^${route.path
          .replace(/[.]/g, '\\.')
          .replace(/\{(\w+)\+\}$/, '(?<$1>.+)')
          .replace(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`,
      );
      return {
        takes: (method, path) => (route.method === 'ANY' || route.method === method) && expression.test(path),
        match: (path) => {
          const found = Object.entries(expression.exec(path)?.groups ?? {});
          const pathParameters = Object.fromEntries(
            found.map(([name, value]) => [name, decodeURIComponent(value)]),
          );
          return { route, routeKey: routeKey(route), pathParameters };
        },
      };
    });
}

/** find-my-way takes `?`, `;` and `#` for the end of a path. */
function encodeSegments(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}

/** @returns a path in the notation of find-my-way: `:orderId` and `*`. A parameter takes at least one character. */
function pattern(path: string): string {
  return path
    .replaceAll(':', '::')
    .replace(/\{\w+\+\}$/, '*')
    .replace(/\{(\w+)\}/g, ':$1(^.+$$)');
}

/** @returns the parameters, decoded for the second time */
function parameters(route: GatewayRoute, params: Record<string, string | undefined>): Record<string, string> {
  const greedy = /\{(\w+)\+\}$/.exec(route.path)?.[1];
  return Object.fromEntries(
    Object.entries(params).map(([name, value]) => [
      name === '*' && greedy ? greedy : name,
      decodeURIComponent(value ?? ''),
    ]),
  );
}

function conflict(route: GatewayRoute, other: GatewayRoute): string {
  const { method, path, function: name } = route;
  return `The route ${method} ${path} of ${name} is that of ${other.function}, too.`;
}
