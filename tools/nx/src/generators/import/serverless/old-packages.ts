import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '@nanoservices/model';
import * as z from 'zod';

const Versions = z.record(z.string(), z.string()).default({});
const OldManifest = z.object({
  type: z.string().optional(),
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
  peerDependencies: Versions,
});

/** The package.json of the old project. */
export interface OldPackages {
  /** Module system of its `.js` files, as it names it. */
  readonly type?: string | undefined;
  /** Version ranges by package name. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Reads the package.json files of a folder and those above it: what the nearest one does not declare, another may.
 *
 * @throws UsageError when one is not valid
 */
export function readOldPackages(folder: string): OldPackages {
  const read = foldersAbove(folder).flatMap((one) => readManifest(join(one, 'package.json')) ?? []);
  const versions = read.map((one) => ({
    ...one.peerDependencies,
    ...one.devDependencies,
    ...one.optionalDependencies,
    ...one.dependencies,
  }));
  return { type: read[0]?.type, versions: Object.assign({}, ...versions.reverse()) };
}

function foldersAbove(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersAbove(parent)];
}

function readManifest(file: string): z.output<typeof OldManifest> | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return OldManifest.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    throw new UsageError(`${file} is no package.json that can be read.`, { cause });
  }
}

/** Dependencies of a package of the workspace. */
export interface NeededPackages {
  readonly dependencies: Readonly<Record<string, string>>;
  /** True when the AWS SDK was the one of the runtime. */
  readonly usesSdkOfRuntime: boolean;
}

/** The dependencies for imported packages, with the versions of the old project. */
export function neededPackages(names: Iterable<string>, { versions }: OldPackages): NeededPackages {
  const all = [...new Set(names)].sort();
  const undeclared = all.filter((name) => versions[name] === undefined);
  return {
    dependencies: Object.fromEntries(all.map((name) => [name, versions[name] ?? defaultVersion(name)])),
    usesSdkOfRuntime: undeclared.some((name) => name.startsWith('@aws-sdk/')),
  };
}

function defaultVersion(name: string): string {
  if (name === 'aws-sdk') return '^2.1692.0';
  return name.startsWith('@aws-sdk/') ? '^3.0.0' : '*';
}

/** True for a version that is a folder or a package of another workspace. */
export function isLinked(version: string | undefined): boolean {
  return version !== undefined && /^(?:file|link|portal|workspace):|^\.{0,2}\//.test(version);
}
