import type { Access, AnyContract, Permission } from '@nanoservices/endpoint';
import { type Grants, unionOfGrants } from '@nanoservices/postgres/grants';
import { type CodeSettings, codeSettings } from './code-settings.ts';
import { type Isolation, topologyFile, unitsOf } from './files/topology-file.ts';
import { environmentOf } from './function-environment.ts';
import { type FunctionSettings, functionSettings } from './function-settings.ts';
import type { Endpoint, Layout, Unit } from './layout.ts';
import { refuseTwoValues } from './refuse-two-values.ts';
import { UsageError } from './usage-error.ts';
import { type FunctionVariable, type VariableFacts, variablesOf } from './variables.ts';

/** The parts of a contract that packing depends on: plain data, so that another process may have read it. */
export interface ContractFacts
  extends Pick<AnyContract, 'name' | 'method' | 'path' | 'access' | 'database' | 'permissions' | 'stream'> {
  /** Summary of the contract, or its route. */
  readonly summary: string;
  /** Names of the endpoints that it may call. */
  readonly calls: readonly string[];
  /** Environment variables that the contract declares. */
  readonly variables?: readonly VariableFacts[] | undefined;
}

/** A route of the API. */
export interface Route {
  readonly endpoint: string;
  /** Name of the function that holds the endpoint. */
  readonly function: string;
  readonly method: AnyContract['method'];
  /** Path template in API Gateway's notation: `/orders/{orderId}`, or `$default`. */
  readonly path: string;
  readonly summary: string;
  /** Undefined when nobody checks the caller before the handler. */
  readonly access?: Access | undefined;
  /** Media type of a streamed response; undefined for a response that is sent whole. */
  readonly stream?: string | undefined;
}

/** A Lambda function of a topology: an endpoint by itself, or a unit. */
export interface PackedFunction {
  readonly kind: 'endpoint' | 'unit';
  readonly name: string;
  /** Folder of the endpoint or unit, relative to the workspace root. */
  readonly root: string;
  /** Sorted by name. */
  readonly endpoints: readonly Endpoint[];
  readonly routes: readonly Route[];
  /** Summary of the only endpoint, or the number of endpoints. */
  readonly summary: string;
  /** Callees in other functions, and the functions that hold them. */
  readonly calls: readonly { readonly endpoint: string; readonly function: string }[];
  /** Union of the rights in the database that the contracts of the endpoints declare. */
  readonly grants: Grants;
  readonly usesDatabase: boolean;
  /** All permissions in AWS that the contracts of the endpoints declare, each once. */
  readonly permissions: readonly Permission[];
  /** Environment variables that the package.json files of the function give, with placeholders. */
  readonly environment: Readonly<Record<string, string>>;
  /** Environment variables that the contracts of the endpoints declare. */
  readonly variables: readonly FunctionVariable[];
  readonly settings: FunctionSettings;
  readonly code: CodeSettings;
  /** Isolation on this machine. */
  readonly isolation: Isolation;
  /** Bundle of the target `build`, relative to the workspace root. */
  readonly bundle: string;
}

/** The application as a topology packs it. */
export interface PackedApplication {
  /** Name of the topology. */
  readonly topology: string;
  /** Units first, then the endpoints that are in no unit. */
  readonly functions: readonly PackedFunction[];
  readonly routes: readonly Route[];
  /**
   * @returns the function that holds an endpoint
   * @throws UsageError with the choices when there is no such endpoint
   */
  functionOf(endpoint: string): PackedFunction;
}

/**
 * Packs all endpoints into the functions of a topology.
 *
 * @param facts - facts of all contracts, by the names of their endpoints
 * @param topology - Default: the environment variable NANO_TOPOLOGY, or the active topology
 * @throws UsageError when there is no such topology, it names an unknown unit, or two of its units overlap
 */
export function pack(
  layout: Layout,
  facts: ReadonlyMap<string, ContractFacts>,
  topology: string = activeTopology(layout),
): PackedApplication {
  const groups = groupEndpoints(layout, topology);
  groups.forEach(refuseTwoValues);
  const holders = holdersOf(groups);
  const functions = groups.map((group) => describe(layout, facts, holders, group));
  return {
    topology,
    functions,
    routes: functions.flatMap(({ routes }) => routes),
    functionOf: (endpoint) => {
      const found = functions.find(({ name }) => name === holders.get(endpoint));
      if (found) return found;
      const choices = [...holders.keys()].sort().join(', ');
      throw new UsageError(`There is no endpoint "${endpoint}". There are: ${choices}.`);
    },
  };
}

/**
 * Makes a function of an endpoint or a unit, even if the topology packs it differently.
 *
 * @param topology - decides which functions hold its callees; see {@link pack}
 * @throws UsageError with the choices when no endpoint or unit has this name
 */
export function packOne(
  layout: Layout,
  facts: ReadonlyMap<string, ContractFacts>,
  name: string,
  topology: string = activeTopology(layout),
): PackedFunction {
  const holders = holdersOf(groupEndpoints(layout, topology));
  const group = findGroup(layout, name);
  refuseTwoValues(group);
  return describe(layout, facts, holders, group);
}

/**
 * Makes a function of an endpoint or a unit, as in a topology in which each of its callees is a function by itself.
 * Depends on no topology, so that a mistake in one does not matter.
 *
 * @throws UsageError with the choices when no endpoint or unit has this name
 */
export function packAlone(
  layout: Layout,
  facts: ReadonlyMap<string, ContractFacts>,
  name: string,
): PackedFunction {
  return describe(layout, facts, new Map(), findGroup(layout, name));
}

/** Makes a function of every endpoint and every unit; see {@link packAlone}. */
export function packEvery(layout: Layout, facts: ReadonlyMap<string, ContractFacts>): PackedFunction[] {
  return [...layout.endpoints, ...layout.units].map(({ name }) => packAlone(layout, facts, name));
}

/** @returns the default topology: the environment variable NANO_TOPOLOGY, or the active topology */
export function activeTopology({ topologies }: Pick<Layout, 'topologies'>): string {
  return process.env.NANO_TOPOLOGY || topologies.active;
}

/** The part of a function that follows from the layout. */
type Group = Pick<PackedFunction, 'kind' | 'name' | 'root' | 'endpoints'> & Pick<Unit, 'lambda'>;

/** Packs endpoints without their contracts; see {@link pack}. */
export function groupEndpoints(
  layout: Pick<Layout, 'endpoints' | 'units' | 'topologies' | 'folders'>,
  topology: string = activeTopology(layout),
): Group[] {
  const { endpoints, units, topologies, folders } = layout;
  const file = `${folders.functions}/${topologyFile}`;
  const chosen = unitsOf(topologies, topology, file).map((unitName) => {
    const unit = units.find((one) => one.name === unitName);
    if (unit) return unit;
    const declared = units.map((one) => one.name).join(', ') || 'none';
    throw new UsageError(
      `${file}: topology "${topology}" names unit "${unitName}", which no folder declares. Declared: ${declared}.`,
    );
  });
  const taken = new Map<string, Unit>();
  for (const unit of chosen) {
    for (const endpoint of unit.endpoints) {
      const other = taken.get(endpoint.name);
      if (other) {
        throw new UsageError(
          `${file}: topology "${topology}": the units "${other.name}" and "${unit.name}" overlap: both contain ${endpoint.name}.`,
        );
      }
      taken.set(endpoint.name, unit);
    }
  }
  return [...chosen.map(unitGroup), ...endpoints.filter(({ name }) => !taken.has(name)).map(endpointGroup)];
}

/** @throws UsageError with the choices when no endpoint or unit has this name */
export function findGroup({ endpoints, units }: Pick<Layout, 'endpoints' | 'units'>, name: string): Group {
  const unit = units.find((one) => one.name === name);
  if (unit) return unitGroup(unit);
  const endpoint = endpoints.find((one) => one.name === name);
  if (endpoint) return endpointGroup(endpoint);
  const choices = [...endpoints, ...units].map((one) => one.name).join(', ');
  throw new UsageError(`There is no endpoint or unit "${name}". There are: ${choices}.`);
}

function unitGroup({ name, root, endpoints, lambda }: Unit): Group {
  return { kind: 'unit', name, root, endpoints, lambda };
}

function endpointGroup(endpoint: Endpoint): Group {
  const { name, root, lambda } = endpoint;
  return { kind: 'endpoint', name, root, endpoints: [endpoint], lambda };
}

/** @returns the name of the function that holds each endpoint */
function holdersOf(groups: readonly Group[]): Map<string, string> {
  return new Map(groups.flatMap(({ name, endpoints }) => endpoints.map((one) => [one.name, name])));
}

function describe(
  { topologies }: Layout,
  facts: ReadonlyMap<string, ContractFacts>,
  holders: ReadonlyMap<string, string>,
  { kind, name, root, endpoints, lambda }: Group,
): PackedFunction {
  const own = endpoints.flatMap((endpoint) => facts.get(endpoint.name) ?? []);
  const names = new Set(own.map((contract) => contract.name));
  const callees = new Set(own.flatMap(({ calls }) => calls).filter((callee) => !names.has(callee)));
  const grants = unionOfGrants(own.map(({ database }) => database));
  const [only] = own;
  return {
    kind,
    name,
    root,
    endpoints,
    routes: own.map(({ name: endpoint, method, path, summary, access, stream }) => ({
      endpoint,
      function: name,
      method,
      path,
      summary,
      ...(access !== undefined && { access }),
      ...(stream && { stream }),
    })),
    summary: own.length === 1 && only ? only.summary : `${own.length} endpoints`,
    calls: [...callees].sort().map((endpoint) => ({ endpoint, function: holders.get(endpoint) ?? endpoint })),
    grants,
    usesDatabase: Object.keys(grants).length > 0,
    permissions: uniquePermissions(own.flatMap(({ permissions }) => permissions ?? [])),
    environment: environmentOf({ lambda, endpoints }),
    variables: variablesOf(own),
    settings: functionSettings({ root, lambda }, endpoints),
    code: codeSettings({ root, lambda }, endpoints),
    isolation: isolationOf(topologies.isolation, name),
    bundle: `${root}/dist/handler.mjs`,
  };
}

function uniquePermissions(permissions: readonly Permission[]): Permission[] {
  return [...new Map(permissions.map((one) => [JSON.stringify(one), one])).values()];
}

function isolationOf(isolation: Layout['topologies']['isolation'], name: string): Isolation {
  if (typeof isolation === 'object') return isolation[name] ?? isolation['*'] ?? 'process';
  return isolation ?? 'process';
}

/** @returns a route in API Gateway's notation: `GET /orders/{orderId}`, `ANY /{proxy+}` or `$default` */
export function routeKey({ method, path }: Pick<Route, 'method' | 'path'>): string {
  return path === '$default' ? path : `${method} ${path}`;
}

/** @returns the number of privileges on tables */
export function countPrivileges(grants: Grants): number {
  return Object.values(grants).reduce((sum, privileges) => sum + privileges.length, 0);
}
