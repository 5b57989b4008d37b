import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  activeTopology,
  countPrivileges,
  type PackedFunction,
  readWorkspace,
  routeKey,
  type Workspace,
} from '@nanoservices/model';
import { command } from '../command-line/command.ts';
import { textTable } from './text-table.ts';

/** Integrations of one HTTP API, and so functions behind it; a hard limit of API Gateway. A domain puts several together. */
const integrationLimit = 300;

export default command({
  name: 'topology',
  summary: 'Show the functions of each topology',
  options: {
    json: { type: 'boolean', description: 'print it as JSON' },
  },
  details: `For each function: its endpoints, the size of its bundle in the last build, and its privileges on tables of the
database, with how many more than its own an endpoint has on average. Then the endpoints that nobody checks the caller of.`,
  run: async ({ workspaceRoot, values }) => {
    const workspace = await readWorkspace(workspaceRoot);
    const active = activeTopology(workspace);
    const topologies = Object.keys(workspace.topologies.topologies).map((name) => ({
      name,
      isActive: name === active,
      functions: workspace.pack(name).functions.map((packed) => rowOf(packed, workspace)),
    }));
    if (values.json) {
      console.log(JSON.stringify(topologies, null, 2));
      return 0;
    }
    for (const topology of topologies) print(topology);
    const unchecked = workspace.pack(active).routes.filter(({ access }) => access === undefined);
    if (unchecked.length > 0) {
      const routes = unchecked.map((route) => `${route.endpoint} (${routeKey(route)})`).join(', ');
      console.log(`\nNobody checks the caller before ${routes}: the contract has no "access".`);
    }
    return 0;
  },
});

interface Row {
  readonly name: string;
  readonly endpoints: readonly string[];
  /** Endpoints whose contract has no access: nobody checks the caller before the handler. */
  readonly unchecked: readonly string[];
  /** Undefined when it is not built. */
  readonly bundleBytes: number | undefined;
  readonly privileges: number;
  /** Privileges beyond its own that an endpoint of it has on average. */
  readonly surplus: number;
}

function rowOf({ name, endpoints, routes, bundle, grants }: PackedFunction, workspace: Workspace): Row {
  const file = join(workspace.root, bundle);
  const privileges = countPrivileges(grants);
  const own = endpoints.map((endpoint) => countPrivileges(workspace.functionNamed(endpoint.name).grants));
  return {
    name,
    endpoints: endpoints.map((endpoint) => endpoint.name),
    unchecked: routes.filter(({ access }) => access === undefined).map(({ endpoint }) => endpoint),
    bundleBytes: existsSync(file) ? statSync(file).size : undefined,
    privileges,
    surplus: privileges - own.reduce((sum, count) => sum + count, 0) / endpoints.length,
  };
}

function print(topology: {
  readonly name: string;
  readonly isActive: boolean;
  readonly functions: readonly Row[];
}): void {
  const { name, isActive, functions } = topology;
  const total = functions.reduce((sum, { bundleBytes = 0 }) => sum + bundleBytes, 0);
  const unbuilt = functions.filter(({ bundleBytes }) => bundleBytes === undefined).length;
  const missing = unbuilt > 0 ? `, without ${unbuilt} that are not built (npx nx run-many -t build)` : '';
  console.log(
    `\n${name}${isActive ? ' (active)' : ''}: ${functions.length} functions (one HTTP API takes ${integrationLimit}), ${kilobytes(total)} in all${missing}`,
  );
  const rows = functions.map(({ name, bundleBytes, privileges, surplus, endpoints }) => [
    name,
    bundleBytes === undefined ? 'not built' : kilobytes(bundleBytes),
    surplus === 0 ? `${privileges}` : `${privileges} (+${surplus.toFixed(1)})`,
    endpoints.join(', '),
  ]);
  console.log(textTable(['function', 'bundle', 'privileges', 'endpoints'], rows));
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1000).toFixed(0)} kB`;
}
