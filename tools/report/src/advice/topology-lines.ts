import { basename, dirname } from 'node:path';
import type { Packing } from '@nanoservices/workspace/topology';
import type { EndpointFacts } from './facts.ts';

/** What to write into a workspace so that it is packed in these groups. */
export interface TopologyLines {
  /** The units of the topology, for functions/topology.json. */
  readonly units: readonly string[];
  /** The package.json of each unit that there is not yet, by its path. */
  readonly manifests: ReadonlyMap<string, string>;
}

/** Names the units of a grouping: those that there are, and new ones for the other groups. */
export function topologyLines(
  groups: readonly (readonly EndpointFacts[])[],
  { endpoints, units }: Packing,
): TopologyLines {
  const taken = new Set([...endpoints, ...units].map(({ name }) => name));
  for (const { root } of endpoints) taken.add(basename(dirname(root)));
  const manifests = new Map<string, string>();
  const names = groups
    .filter((group) => group.length > 1)
    .map((group) => {
      const own = group.map(({ name }) => name).sort();
      const existing = units.find((unit) => unit.endpoints.map(({ name }) => name).join() === own.join());
      if (existing) return existing.name;
      const name = freeName(group, taken);
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
  return { units: names, manifests };
}

/** After the folder that all of them are in, or what they are: several together. */
function freeName(group: readonly EndpointFacts[], taken: ReadonlySet<string>): string {
  const folders = new Set(group.map(({ root }) => basename(dirname(root))));
  const base = folders.size === 1 ? [...folders].join() : 'fused';
  let number = 1;
  while (taken.has(`${base}-${number}`)) number++;
  return `${base}-${number}`;
}
