import type { Layout } from './layout.ts';
import { groupEndpoints } from './pack.ts';

/** An element of an order, and the names of the elements that come before it. */
export interface Dependent {
  readonly name: string;
  readonly dependencies: readonly string[];
}

/**
 * Orders elements by their dependencies. The elements of one group do not depend on each other, except in a last group of
 * elements that depend on each other in a circle.
 */
export function orderGroups<One extends Dependent>(all: readonly One[]): One[][] {
  const groups: One[][] = [];
  let left = [...all];
  while (left.length > 0) {
    const names = new Set(left.map(({ name }) => name));
    const waits = ({ dependencies }: One) => dependencies.some((name) => names.has(name));
    const ready = left.filter((one) => !waits(one));
    groups.push(ready.length > 0 ? ready : left);
    left = ready.length > 0 ? left.filter(waits) : [];
  }
  return groups;
}

/**
 * Orders the functions of the active topology: callees are deployed before their callers, so that no live function has
 * an address that leads nowhere. The package.json files tell who calls whom, so that no code is run.
 *
 * @returns the names of the functions to deploy before each function
 * @throws UsageError when the topology is invalid
 */
export function deployOrder(layout: Layout): Map<string, string[]> {
  const groups = groupEndpoints(layout);
  const endpointOf = new Map(layout.endpoints.map(({ packageName, name }) => [packageName, name]));
  const holderOf = new Map(
    groups.flatMap(({ name, endpoints }) => endpoints.map((one) => [one.name, name] as const)),
  );
  const dependents = groups.map(({ name, endpoints }) => {
    const callees = endpoints.flatMap((one) =>
      one.dependencies.flatMap((used) => endpointOf.get(used) ?? []),
    );
    const holders = callees.flatMap((callee) => holderOf.get(callee) ?? []);
    return { name, dependencies: [...new Set(holders)].filter((holder) => holder !== name) };
  });
  const order = new Map<string, string[]>();
  for (const group of orderGroups(dependents)) {
    // Earlier groups only: Nx refuses a circle.
    const earlier = group.map(({ dependencies }) => dependencies.filter((name) => order.has(name)));
    for (const [index, { name }] of group.entries()) order.set(name, earlier[index] ?? []);
  }
  return order;
}
