import {
  type ContractFacts,
  refuseConflictingParameters,
  reservedNames,
  routeShape,
  UsageError,
  type Workspace,
} from '@nanoservices/model';
import { toKebabCase } from '../names.ts';

/** A route that is to become an endpoint. */
export interface WantedRoute {
  /** Name of the function or operation. */
  readonly source: string;
  readonly method: string;
  readonly path: string;
}

/** An endpoint that an import writes. */
export interface PlannedEndpoint<Route extends WantedRoute> {
  readonly route: Route;
  readonly name: string;
  readonly resource: string;
  /** Relative to the workspace root. */
  readonly root: string;
}

/** Endpoints to write, and routes that have no place beside them. */
export interface EndpointPlan<Route extends WantedRoute> {
  readonly endpoints: readonly PlannedEndpoint<Route>[];
  readonly refused: readonly { readonly route: Route; readonly reason: string }[];
}

/** Names that say nothing without the resource. */
const verb =
  /^(?:add|create|delete|find|get|index|list|patch|post|put|read|remove|search|show|update)(?:-(?:all|by-id|one))?$/;

/**
 * Chooses names and folders. A route that is there twice, or names a parameter otherwise than a route before it, is refused.
 *
 * @param service - name of the service: the folder of routes without a segment of their own
 * @throws UsageError that names the endpoints of the workspace which are in the way
 */
export function planEndpoints<Route extends WantedRoute>(
  routes: readonly Route[],
  workspace: Pick<Workspace, 'endpoints' | 'units' | 'contracts' | 'folders'>,
  service: string,
  resource?: string,
): EndpointPlan<Route> {
  const refused: { route: Route; reason: string }[] = [];
  const accepted: Route[] = [];
  for (const route of routes) {
    const reason = conflictOf(route, accepted);
    if (reason === undefined) accepted.push(route);
    else refused.push({ route, reason });
  }
  const names = namesOf(accepted, service, resource);
  const endpoints = accepted.map((route) => {
    const name = names.get(route) as string;
    const folder = resource ?? resourceOf(route.path, service);
    return { route, name, resource: folder, root: `${workspace.folders.functions}/${folder}/${name}` };
  });
  refuseExisting(endpoints, workspace);
  return { endpoints, refused };
}

function conflictOf(route: WantedRoute, others: readonly WantedRoute[]): string | undefined {
  const same = others.find((other) => routeShape(other) === routeShape(route));
  if (same) return `${route.method} ${route.path} is the route of ${same.source}, too.`;
  try {
    refuseConflictingParameters([...others, route].map(asContract));
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

function asContract({ source, method, path }: WantedRoute): Pick<ContractFacts, 'name' | 'method' | 'path'> {
  return { name: source, method, path } as Pick<ContractFacts, 'name' | 'method' | 'path'>;
}

/** The first segment of a path that says what it is about: not `api` or `v1`, and no parameter. */
function resourceOf(path: string, service: string): string {
  const segments = path
    .split('/')
    .filter((one) => !/[{}$]/.test(one))
    .map(toKebabCase)
    .filter(Boolean);
  return (
    segments.find((one) => !/^(?:api|v\d+)$/.test(one)) ?? segments[0] ?? (toKebabCase(service) || 'service')
  );
}

/** One name for each route: the function's, with method and path where it has several routes. */
function namesOf<Route extends WantedRoute>(
  routes: readonly Route[],
  service: string,
  folder?: string,
): Map<Route, string> {
  const bySource = Map.groupBy(routes, ({ source }) => source);
  const names = new Map<Route, string>();
  const taken = new Set(reservedNames);
  for (const route of routes) {
    const { source, method, path } = route;
    const own = toKebabCase(source) || 'function';
    const ofRoute = [
      ...(path === '$default' ? [] : [toKebabCase(method)]),
      ...path
        .split('/')
        .map(toKebabCase)
        .filter((one) => one && one !== own),
    ];
    const long = [own, ...ofRoute].join('-');
    const short = verb.test(own) ? `${own}-${folder ?? resourceOf(path, service)}` : own;
    const isAlone = bySource.get(source)?.length === 1;
    let name = isAlone && !taken.has(short) ? short : long;
    for (let count = 2; taken.has(name); count++) name = `${long}-${count}`;
    taken.add(name);
    names.set(route, name);
  }
  return names;
}

function refuseExisting(
  planned: readonly PlannedEndpoint<WantedRoute>[],
  { endpoints, units, contracts }: Pick<Workspace, 'endpoints' | 'units' | 'contracts'>,
): void {
  const names = new Map([...endpoints, ...units].map((one) => [one.name, one.root]));
  const shapes = new Map([...contracts.values()].map((one) => [routeShape(one), one.name]));
  const problems = planned.flatMap(({ name, route }) => {
    const root = names.get(name);
    if (root !== undefined) return [`"${name}" is there already, in ${root}`];
    const owner = shapes.get(routeShape(route));
    return owner === undefined ? [] : [`${route.method} ${route.path} is the route of ${owner}`];
  });
  if (problems.length > 0) {
    throw new UsageError(
      `Nothing is imported: ${problems.join('; ')}. Remove these endpoints or routes on one side.`,
    );
  }
  refuseConflictingParameters([...contracts.values(), ...planned.map(({ route }) => asContract(route))]);
}
