import {
  type Endpoint,
  type PackedFunction,
  packFunctions,
  readPacking,
  readTopologyFile,
} from './topology.ts';

/** A function and the functions it calls, by name. */
export interface Caller {
  readonly name: string;
  readonly callees: readonly string[];
}

/**
 * Orders functions so that what a function calls is deployed before it: it must not go live with an address behind which
 * nothing is. Functions of one group do not depend on each other; those that call each other in a circle have no order
 * and form a group.
 */
export function deployGroups<One extends Caller>(functions: readonly One[]): One[][] {
  const groups: One[][] = [];
  let left = [...functions];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const waits = ({ callees }: One) => callees.some((callee) => names.has(callee));
    const ready = left.filter((one) => !waits(one));
    groups.push(ready.length > 0 ? ready : left);
    left = ready.length > 0 ? left.filter(waits) : [];
  }
  return groups;
}

/**
 * The functions of the active topology, and which of them Nx must deploy before each.
 *
 * @param endpoints - all of the workspace
 * @param callsOf - the endpoints that an endpoint calls, by its folder
 * @returns by function; undefined when the topology is invalid, which whoever deploys it will say
 */
export function deployOrder(
  workspaceRoot: string,
  endpoints: readonly Endpoint[],
  callsOf: (endpointRoot: string) => readonly string[],
): Map<string, string[]> | undefined {
  const functions = readFunctions(workspaceRoot, endpoints);
  if (!functions) return undefined;
  const holder = new Map(
    functions.flatMap(({ name, endpoints }) => endpoints.map((one) => [one.name, name])),
  );
  const callers = functions.map(({ name, endpoints }) => {
    const holders = endpoints.flatMap(({ root }) => callsOf(root).map((callee) => holder.get(callee)));
    const callees = new Set(holders.filter((one) => one !== undefined && one !== name)) as Set<string>;
    return { name, callees: [...callees] };
  });
  const order = new Map<string, string[]>();
  for (const group of deployGroups(callers)) {
    // Only what is in earlier groups: a circle would be no order.
    const earlier = group.map(({ callees }) => callees.filter((callee) => order.has(callee)));
    for (const [index, { name }] of group.entries()) order.set(name, earlier[index] ?? []);
  }
  return order;
}

function readFunctions(workspaceRoot: string, endpoints: readonly Endpoint[]): PackedFunction[] | undefined {
  try {
    return packFunctions(readPacking(workspaceRoot, endpoints), readTopologyFile(workspaceRoot));
  } catch {
    return undefined;
  }
}
