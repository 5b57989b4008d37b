import { existsSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { UsageError } from '@nanoservices/model';

/** An entry of package-lock.json, as far as it matters here. Everything else is handed on. */
export interface LockedPackage {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly optional?: boolean;
  readonly [key: string]: unknown;
}

/** Locked packages by their path: `node_modules/sharp`. */
export type LockedPackages = Readonly<Record<string, LockedPackage>>;

const file = 'package-lock.json';

/**
 * Finds external packages in package-lock.json, with everything that they depend on, on all platforms.
 *
 * @param folders - folders of the packages, relative to the workspace root, by name
 * @returns packages by their path below the function's folder. A part that only some platforms need is `optional`
 * @throws UsageError when the lock file does not have them
 */
export function lockedClosure(
  workspaceRoot: string,
  folders: Readonly<Record<string, string>>,
): LockedPackages {
  const all = readLockFile(workspaceRoot);
  const closure: Record<string, LockedPackage> = {};
  const sources: Record<string, string> = {};
  const visit = (key: string, optional: boolean): void => {
    const entry = all[key];
    if (!entry) throw new UsageError(`${file} has no ${key}: npm install writes it.`);
    const path = key.slice(key.indexOf('node_modules/'));
    if (sources[path] !== undefined && sources[path] !== key) {
      throw new UsageError(
        `${file}: ${sources[path]} and ${key} would both be ${path} of a function: install one version.`,
      );
    }
    // Needed for certain is stronger than optional, for its dependencies, too.
    if (closure[path] && (optional || !closure[path].optional)) return;
    sources[path] = key;
    const { dev, peer, devOptional, optional: _, ...rest } = entry;
    closure[path] = optional ? { ...rest, optional } : rest;
    const optionalNames = { ...entry.optionalDependencies, ...entry.peerDependencies };
    for (const name of Object.keys({ ...entry.dependencies, ...optionalNames })) {
      const found = resolveLocked(all, key, name);
      if (found) visit(found, optional || name in optionalNames);
      else if (!(name in optionalNames)) throw new UsageError(`${file}: ${key} needs ${name}: npm install`);
    }
  };
  for (const folder of Object.values(folders)) visit(folder, false);
  return Object.fromEntries(Object.entries(closure).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function readLockFile(workspaceRoot: string): LockedPackages {
  const path = join(workspaceRoot, file);
  if (!existsSync(path)) {
    throw new UsageError(
      `${file} is missing: it says which version of an external package is deployed. npm install writes it.`,
    );
  }
  const { packages } = JSON.parse(readFileSync(path, 'utf8'));
  if (typeof packages === 'object' && packages !== null) return packages;
  throw new UsageError(`${file} has no "packages": npm 7 or newer writes them. npm install writes it again.`);
}

/** @returns the path of a dependency, found as Node finds it */
function resolveLocked(all: LockedPackages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = posix.dirname(folder)) {
    const key = posix.join(folder, 'node_modules', name);
    if (all[key]) return key;
    if (folder === '.') return undefined;
  }
}
