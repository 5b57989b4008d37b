import { createHash } from 'node:crypto';
import { cpSync, existsSync, readFileSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { basename, join, sep } from 'node:path';
import { UsageError } from '@nanoservices/model';
import type { FunctionContents } from './contents.ts';
import { findInstalled } from './installed-package.ts';
import { renameUnlessThere } from './rename-unless-there.ts';

/**
 * Gives a function on this machine its external packages and those of nodejs24.x: copies with everything that they depend
 * on, and nothing else. Functions with the same packages share the copies.
 *
 * @param target - folder of the bundle; it gets a link `node_modules`
 * @param shared - folder of the copies
 * @throws UsageError when a dependency is not installed
 */
export function linkLocalPackages(
  workspaceRoot: string,
  { external, provided }: Pick<FunctionContents, 'external' | 'provided'>,
  target: string,
  shared: string,
): void {
  const roots = Object.values({ ...provided, ...external }).map((folder) => join(workspaceRoot, folder));
  if (roots.length === 0) return;
  const copies = closureOf(roots);
  const folder = join(shared, hashOf(copies));
  if (!existsSync(folder)) {
    const unfinished = `${folder}.${process.pid}`;
    for (const [path, source] of copies) copyPackage(source, join(unfinished, path));
    renameUnlessThere(unfinished, folder);
  }
  rmSync(join(target, 'node_modules'), { force: true });
  symlinkSync(join(folder, 'node_modules'), join(target, 'node_modules'));
}

/**
 * @returns a hash that differs when another version of a package, or of what it depends on, is installed; "" without packages
 * @throws UsageError when a dependency is not installed
 */
export function localPackagesHash(
  workspaceRoot: string,
  { external, provided }: Pick<FunctionContents, 'external' | 'provided'>,
): string {
  const roots = Object.values({ ...provided, ...external }).map((folder) => join(workspaceRoot, folder));
  return roots.length === 0 ? '' : hashOf(closureOf(roots));
}

function hashOf(copies: ReadonlyMap<string, string>): string {
  const versions = [...copies].map(([path, source]) => [path, source, readManifest(source).version]);
  return createHash('sha256').update(JSON.stringify(versions)).digest('hex').slice(0, 16);
}

function readManifest(folder: string): Record<string, never> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
}

/** @returns the real folders of packages and all their dependencies, by their path below `node_modules` */
function closureOf(roots: readonly string[]): Map<string, string> {
  const sources = new Map<string, string>();
  const open = roots.map((folder) => realpathSync(folder));
  const installed = `${sep}node_modules${sep}`;
  for (let folder = open.pop(); folder; folder = open.pop()) {
    // pnpm installs a package and links to its dependencies into one folder per version.
    const isOfPnpm = folder.includes(`${installed}.pnpm${sep}`);
    const at = isOfPnpm ? folder.lastIndexOf(installed) : folder.indexOf(installed);
    if (at < 0)
      throw new UsageError(`${folder} is a linked folder, not an installed package: npm install it.`);
    const path = folder.slice(at + 1);
    const other = sources.get(path);
    if (other === folder) continue;
    if (other) {
      throw new UsageError(
        `${other} and ${folder} would both be ${path} of a function: install one version.`,
      );
    }
    sources.set(path, folder);
    open.push(...dependenciesOf(folder));
  }
  return new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function dependenciesOf(folder: string): string[] {
  const { dependencies = {}, optionalDependencies = {}, peerDependencies = {} } = readManifest(folder);
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).flatMap((name) => {
    const found = findInstalled(name, folder);
    if (found) return realpathSync(found);
    // A package for another platform, or one that the application decided against.
    if (name in optionalDependencies || name in peerDependencies) return [];
    throw new UsageError(`${folder} needs ${name}, which is not installed: npm install`);
  });
}

/** Without the packages below it: those that are needed are copied by themselves. */
function copyPackage(source: string, target: string): void {
  const nested = join(source, 'node_modules');
  cpSync(source, target, {
    recursive: true,
    dereference: true,
    filter: (file) => file !== nested && basename(file) !== '.git',
  });
}
