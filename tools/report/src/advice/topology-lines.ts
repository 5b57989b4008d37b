import { basename, dirname } from 'node:path';
import type { Packing } from '@nanoservices/workspace/topology';
import { type EndpointFacts, membersKey } from './facts.ts';

/** What to write into a workspace so that it is packed in these groups. */
export interface TopologyLines {
  /** The name of the topology. */
  readonly topology: string;
  /** The units of the topology, for functions/topology.json. */
  readonly units: readonly string[];
  /** The package.json of each unit that there is not yet, by its path. */
  readonly manifests: ReadonlyMap<string, string>;
}

/**
 * Names the units of a grouping: those that there are, and new ones for the other groups.
 *
 * @param topologies - names that the topology cannot have
 */
export function topologyLines(
  groups: readonly (readonly EndpointFacts[])[],
  { endpoints, units }: Packing,
  topologies: readonly string[] = [],
): TopologyLines {
  const taken = new Set([...endpoints, ...units].map(({ name }) => name));
  for (const { root } of endpoints) taken.add(basename(dirname(root)));
  const manifests = new Map<string, string>();
  const names = groups
    .filter((group) => group.length > 1)
    .map((group) => {
      const existing = units.find((unit) => membersKey(unit.endpoints) === membersKey(group));
      if (existing) return existing.name;
      const base = nameOf(group);
      const name = free((number) => `${base}-${number}`, taken);
      taken.add(name);
      const include = group.map(({ root }) => root.replace(/^functions\//, '')).sort();
      const manifest = {
        name: `@nanoservices/${name}`,
        version: '0.0.0',
        private: true,
        type: 'module',
        unit: { include },
      };
      manifests.set(`functions/${name}/package.json`, `${JSON.stringify(manifest, null, 2)}\n`);
      return name;
    });
  const topology = free((number) => (number === 1 ? 'proposed' : `proposed-${number}`), new Set(topologies));
  return { topology, units: names, manifests };
}

/** After the folder that all of them are in, or what they are: several together. */
function nameOf(group: readonly EndpointFacts[]): string {
  const folders = new Set(group.map(({ root }) => basename(dirname(root))));
  return folders.size === 1 ? [...folders].join() : 'fused';
}

/** The first of numbered names that is not taken. */
function free(nameOf: (number: number) => string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(nameOf(number))) number++;
  return nameOf(number);
}
