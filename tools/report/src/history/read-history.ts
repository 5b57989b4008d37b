import { type Endpoint, type Packing, readPacking, type Unit } from '@nanoservices/workspace/topology';
import { type Bundle, bundleGroups, type Group } from '../bundles/bundle.ts';
import { type Commit, isShallow, lastCommits, sourcesAt } from './commits.ts';
import { PastWorkspace } from './past-workspace.ts';

/** What a commit did to the bundles of endpoints and units, by their names. */
export interface Change {
  readonly commit: Commit;
  /** Those whose bytes differ from the commit before, or that are new. */
  readonly changed: ReadonlySet<string>;
}

export interface History {
  readonly changes: readonly Change[];
  /** Commits that could not be built as the workspace is built today. */
  readonly skipped: readonly { readonly commit: Commit; readonly reason: string }[];
  readonly isShallow: boolean;
}

/**
 * Builds all endpoints and units at each of the last commits, with today's settings and packages, and compares their bytes
 * from commit to commit. A commit that cannot be built is left out: what it changed is seen with the next one.
 *
 * @param units - today's, by which endpoints they hold
 * @param count - how many commits to compare with the one before
 * @returns undefined when there is no repository
 */
export async function readHistory(
  workspaceRoot: string,
  units: readonly Unit[],
  count: number,
): Promise<History | undefined> {
  const commits = lastCommits(workspaceRoot, count + 1);
  if (!commits) return undefined;
  const past = new PastWorkspace(workspaceRoot);
  const changes: Change[] = [];
  const skipped: { commit: Commit; reason: string }[] = [];
  /** By the sources, which many commits leave as they are. */
  const failures = new Map<string, string>();
  let before: ReadonlyMap<string, string> | undefined;
  let shown: string | undefined;
  try {
    for (const commit of commits) {
      const sources = sourcesAt(workspaceRoot, commit);
      if (sources === shown) {
        changes.push({ commit, changed: new Set() });
        continue;
      }
      const reason = failures.get(sources);
      if (reason !== undefined) {
        skipped.push({ commit, reason });
        continue;
      }
      try {
        past.show(commit);
        const packing = readPacking(past.root);
        const now = await hashes(past.root, packing, units);
        const known = before;
        if (known) {
          const changed = [...now].filter(([name, hash]) => known.get(name) !== hash).map(([name]) => name);
          changes.push({ commit, changed: new Set(changed) });
        }
        before = now;
        shown = sources;
      } catch (error) {
        failures.set(sources, reasonOf(error as Error));
        skipped.push({ commit, reason: reasonOf(error as Error) });
      }
    }
  } finally {
    past.delete();
  }
  return { changes, skipped, isShallow: isShallow(workspaceRoot) };
}

async function hashes(
  root: string,
  { endpoints }: Packing,
  units: readonly Unit[],
): Promise<Map<string, string>> {
  const held = (unit: Unit) =>
    endpoints.filter(({ name }) => unit.endpoints.some((one) => one.name === name));
  const groups: Group[] = [
    ...endpoints.map((endpoint) => ({ name: endpoint.name, endpoints: [endpoint] })),
    ...units.map((unit) => ({ name: unit.name, endpoints: held(unit) })),
  ];
  if (endpoints.length === 0) throw new Error('There is no endpoint.');
  // A route is part of its contract, and so of the bundle already: the entry's own need not be read.
  const bundles = await bundleGroups(
    root,
    groups.filter((group) => group.endpoints.length > 0),
    (name) => name,
  );
  return new Map(bundles.map(({ name, hash }: Bundle) => [name, hash]));
}

/** esbuild begins with how many errors there are; the first of them says more. */
function reasonOf({ message }: Error): string {
  const [first = '', second = first] = message.split('\n');
  return /^Build failed/.test(first) ? second : first;
}

/** The changes that changed the bytes of one of these endpoints. */
export function effectiveChanges(history: History | undefined, endpoints: readonly Endpoint[]): Change[] {
  return (history?.changes ?? []).filter(({ changed }) => endpoints.some(({ name }) => changed.has(name)));
}
