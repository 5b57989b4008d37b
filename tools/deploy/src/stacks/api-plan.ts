import { type Route, routeKey, type Stage, UsageError } from '@nanoservices/model';
import { limits } from './budgets.ts';

/** One HTTP API of a stage, and the routes that it has. */
export interface PlannedApi {
  /** The path below which it takes all requests: `/orders`; empty for the API that takes all others. */
  readonly basePath: string;
  /** Routes as the contracts have them. */
  readonly routes: readonly Route[];
}

/** Literal parts of paths that are part of a stack's name, too. */
const resource = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

/**
 * Distributes routes over HTTP APIs. One has them all, as long as it can. With a domain, each resource otherwise gets an API:
 * the first part of a path. One that is too large for an API is divided by the next part. The mappings of the stage's domain put them together.
 *
 * @throws UsageError with the way out, when the paths cannot be divided
 */
export function planApis({ domain }: Pick<Stage, 'domain'>, routes: readonly Route[]): PlannedApi[] {
  if (!domain || !isTooLarge(routes)) return [{ basePath: '', routes }];
  const apis = divide('', routes);
  const mappings = apis.filter(({ basePath }) => basePath.lastIndexOf('/') > 0);
  if (mappings.length > limits.mappings) {
    throw new UsageError(
      `The routes need ${mappings.length} HTTP APIs below paths of several parts, such as ${mappings[0]?.basePath}; a domain takes ${limits.mappings}. Choose a topology with fewer functions.`,
    );
  }
  return apis;
}

/** AWS raises the number of routes on request. With a domain, nobody has to ask. */
function isTooLarge(routes: readonly Route[]): boolean {
  return functionCount(routes) > limits.integrations || routes.length > limits.routes;
}

function functionCount(routes: readonly Route[]): number {
  return new Set(routes.map((route) => route.function)).size;
}

function divide(basePath: string, routes: readonly Route[]): PlannedApi[] {
  const parts = Map.groupBy(routes, (route) => partOf(basePath, route));
  const stays = staying(parts);
  const own = [...parts].filter(([part]) => stays.has(part)).flatMap(([, some]) => some);
  const open = own.find((route) => isOpen(partOf(basePath, route)));
  if (open) {
    throw new UsageError(
      `The routes lead to ${functionCount(routes)} functions, too many for one HTTP API, and ${routeKey(open)} of ${open.endpoint} keeps those below "${basePath}/" together: it takes what an API below it would take. Give it a path that begins with a name, or choose a topology with fewer functions.`,
    );
  }
  if (isTooLarge(own)) {
    throw new UsageError(
      `${functionCount(own)} functions have routes below "${basePath}/" that no HTTP API of their own can have, such as ${routeKey(own[0] as Route)}: plain handlers see the whole path, and names in capitals or with dots are no resources. An HTTP API takes ${limits.integrations}. Choose a topology with fewer functions.`,
    );
  }
  const divided = [...parts].filter(([part]) => !stays.has(part));
  return [
    ...(own.length > 0 ? [{ basePath, routes: own }] : []),
    ...divided.flatMap(([part, some]) => {
      const path = `${basePath}/${part}`;
      return isTooLarge(some) ? divide(path, some) : [{ basePath: path, routes: some }];
    }),
  ];
}

function partOf(basePath: string, { path }: Route): string {
  return path === '$default' ? path : (path.slice(basePath.length + 1).split('/')[0] as string);
}

/** A part that any request may match. */
function isOpen(part: string): boolean {
  return part.startsWith('{') || part === '$default';
}

/**
 * The parts whose routes stay in the API above. A plain handler reads the path, of which API Gateway removes what the mapping names. And a
 * mapping takes each path that begins with its text: beside `orders`, there is no `orders2` above it.
 *
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mappings.html
 */
function staying(parts: ReadonlyMap<string, readonly Route[]>): Set<string> {
  const stays = new Set<string>();
  for (const [part, routes] of parts) if (!resource.test(part) || routes.some(isPlain)) stays.add(part);
  // A set visits what is added while it is visited.
  for (const part of stays) {
    for (const other of parts.keys()) if (other !== '' && part.startsWith(other)) stays.add(other);
  }
  return stays;
}

/** The route of a contract that does not say all that `endpoint()` needs. */
function isPlain({ method, path, access, summary }: Route): boolean {
  return (
    access === undefined ||
    ['ANY', 'HEAD', 'OPTIONS'].includes(method) ||
    summary === routeKey({ method, path })
  );
}
