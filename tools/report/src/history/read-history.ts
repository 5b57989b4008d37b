import {
  type ContractFacts,
  type Layout,
  type PackedFunction,
  packOne,
  readLayout,
  type Unit,
} from '@nanoservices/model';
import { bundleFunctions } from '../bundles/bundle.ts';
import { type Commit, isShallow, lastCommits, sourcesAt } from './commits.ts';
import { PastWorkspace } from './past-workspace.ts';

/** The effect of a commit on the bundles of endpoints and units. */
export interface Change {
  readonly commit: Commit;
  /** Names of the bundles that are new or have other bytes than at the commit before. */
  readonly changed: ReadonlySet<string>;
}

export interface History {
  readonly changes: readonly Change[];
  /** Commits that today's settings cannot build. */
  readonly skipped: readonly { readonly commit: Commit; readonly reason: string }[];
  readonly isShallow: boolean;
}

/**
 * Builds all endpoints and units at each of the last commits, with today's settings and packages, and compares their bytes
 * from commit to commit. A commit that cannot be built is skipped: the next one shows its changes.
 *
 * @param units - today's units, which name the endpoints of past units
 * @param count - number of commits to compare with the one before
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
  /** Reasons by sources: many commits leave the sources as they are. */
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
        const now = await hashes(readLayout(past.root), units);
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

async function hashes(past: Layout, units: readonly Unit[]): Promise<Map<string, string>> {
  if (past.endpoints.length === 0) throw new Error('There is no endpoint.');
  const bundles = await bundleFunctions(past.root, functionsAt(past, units));
  return new Map(bundles.map(({ name, hash }) => [name, hash]));
}

/** Every endpoint of a past layout as a function, and today's units with the endpoints that they had then. */
function functionsAt(past: Layout, units: readonly Unit[]): PackedFunction[] {
  const held = units
    .map((unit) => ({
      ...unit,
      endpoints: past.endpoints.filter(({ name }) => unit.endpoints.some((one) => one.name === name)),
    }))
    .filter(({ endpoints }) => endpoints.length > 0);
  const topology = 'past';
  const layout = { ...past, units: held, topologies: { active: topology, topologies: { [topology]: [] } } };
  const facts = new Map(past.endpoints.map(({ name }) => [name, placeholderFacts(name)]));
  return [...past.endpoints, ...held].map(({ name }) => packOne(layout, facts, name, topology));
}

/** Contracts of the past are not imported: a bundle contains its contract, so that a changed route changes its bytes. */
function placeholderFacts(name: string): ContractFacts {
  return { name, method: 'GET', path: `/${name}`, summary: name, access: 'public', database: {}, calls: [] };
}

/** esbuild's message begins with the number of errors; the first error says more. */
function reasonOf({ message }: Error): string {
  const [first = '', second = first] = message.split('\n');
  return /^Build failed/.test(first) ? second : first;
}

/** The changes that affect the bytes of one of these endpoints. */
export function effectiveChanges(
  history: History | undefined,
  endpoints: readonly { readonly name: string }[],
): Change[] {
  return (history?.changes ?? []).filter(({ changed }) => endpoints.some(({ name }) => changed.has(name)));
}
