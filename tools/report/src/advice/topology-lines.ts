import type { Endpoint, Folders, Layout } from '@nanoservices/model';
import { membersKey } from './facts.ts';

/** The lines that make a workspace pack its endpoints in some groups. */
export interface TopologyLines {
  /** A name that no topology has. */
  readonly topology: string;
  /** The units of the topology, for topology.json. */
  readonly units: readonly string[];
  /** The package.json files of new units, by path. */
  readonly manifests: ReadonlyMap<string, string>;
}

/** Names the units of a grouping: existing units, and new ones for the other groups. */
export function topologyLines(
  groups: readonly (readonly { readonly name: string }[])[],
  { endpoints, units, topologies, folders }: Pick<Layout, 'endpoints' | 'units' | 'topologies' | 'folders'>,
): TopologyLines {
  const taken = new Set([...endpoints, ...units].map(({ name }) => name));
  for (const { resource } of endpoints) taken.add(resource);
  const manifests = new Map<string, string>();
  const names = groups
    .filter((group) => group.length > 1)
    .map((group) => {
      const existing = units.find((unit) => membersKey(unit.endpoints) === membersKey(group));
      if (existing) return existing.name;
      const members = endpoints.filter((endpoint) => group.some(({ name }) => name === endpoint.name));
      const base = nameOf(members);
      const name = free((number) => `${base}-${number}`, taken);
      taken.add(name);
      manifests.set(`${folders.functions}/${name}/package.json`, manifestOf(name, members, folders));
      return name;
    });
  const known = new Set(Object.keys(topologies.topologies));
  const topology = free((number) => (number === 1 ? 'proposed' : `proposed-${number}`), known);
  return { topology, units: names, manifests };
}

function manifestOf(name: string, members: readonly Endpoint[], { functions }: Folders): string {
  const [, scope = ''] = /^(@[^/]+\/)/.exec(members[0]?.packageName ?? '') ?? [];
  const manifest = {
    name: `${scope}${name}`,
    version: '0.0.0',
    private: true,
    type: 'module',
    unit: { include: members.map(({ root }) => root.slice(functions.length + 1)).sort() },
  };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The resource of all members, or `fused` if there are several. */
function nameOf(members: readonly Endpoint[]): string {
  const resources = new Set(members.map(({ resource }) => resource));
  return resources.size === 1 ? [...resources].join() : 'fused';
}

/** The first numbered name that is not taken. */
function free(nameOf: (number: number) => string, taken: ReadonlySet<string>): string {
  let number = 1;
  while (taken.has(nameOf(number))) number++;
  return nameOf(number);
}
