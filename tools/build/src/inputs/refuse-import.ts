import { posix } from 'node:path';
import { addCommand, installCommand, siblingRange } from '@nanoservices/model';
import type { ImportedFile } from '../bundle/imported-files.ts';
import { whyUncounted } from './uncounted-files.ts';
import {
  installedPackageOf,
  packageNamedBy,
  type WorkspacePackage,
  type WorkspacePackages,
} from './workspace-packages.ts';

/**
 * Decides about one import of a bundle. A bundle may contain the files that its cache counts: those of the endpoint, of the
 * workspace packages that are declared, transitively, of the contracts of declared endpoints, and installed packages.
 *
 * @param importer - a file of a workspace package, relative to the workspace root
 * @param owner - the package of the importer
 * @returns a sentence with the way out; undefined when the import is fine
 */
export function refuseImport(
  packages: WorkspacePackages,
  importer: string,
  owner: WorkspacePackage,
  imported: ImportedFile,
): string | undefined {
  const { path } = imported;
  const installed = installedPackageOf(path);
  if (installed !== undefined) return refuseUndeclared(packages, importer, owner, installed);
  const other = packages.ownerOf(path);
  if (!other) return refuseStranger(importer, owner, imported);
  const file = posix.relative(other.root, path);
  const what = whyUncounted(file);
  if (what !== undefined) {
    return `${importer} imports ${path}, which is ${what}: a change of it would rebuild nothing. Move what is needed into a source file.`;
  }
  if (other.root === owner.root) return refuseOfContract(packages, importer, owner, path);
  if (isEndpoint(packages, other) && file !== contract) {
    return `${importer} imports ${path}, a file of another endpoint: its change would not rebuild ${owner.name}. Endpoints share contracts only: move what both need into a package in libs.`;
  }
  return refuseUndeclared(packages, importer, owner, other.name, siblingRange(packages.workspaceRoot));
}

const contract = 'src/contract.ts';

function isEndpoint({ functions }: WorkspacePackages, { root }: WorkspacePackage): boolean {
  return root.startsWith(`${functions}/`);
}

/**
 * @param version - of a package of the workspace, which no registry has
 * @returns undefined when the importer's package.json declares the package
 */
export function refuseUndeclared(
  packages: WorkspacePackages,
  importer: string,
  { root, declared }: WorkspacePackage,
  name: string,
  version?: string,
): string | undefined {
  if (declared.has(name)) return undefined;
  const way =
    version === undefined
      ? `Declare it: ${addCommand(packages.workspaceRoot, name, root)}`
      : `Add "${name}": "${version}" to its "dependencies", then run ${installCommand(packages.workspaceRoot)}.`;
  return `${importer} imports ${name}, which ${root}/package.json does not declare. ${way}`;
}

/** Callers are rebuilt when the contract changes, and not when another file of the endpoint does. */
function refuseOfContract(
  packages: WorkspacePackages,
  importer: string,
  owner: WorkspacePackage,
  path: string,
): string | undefined {
  const isContract = isEndpoint(packages, owner) && posix.relative(owner.root, importer) === contract;
  if (!isContract || path === importer) return undefined;
  return `${importer} imports ${path}: its change would not rebuild the endpoints that call ${owner.name}. Move it into the contract, or into a package in libs.`;
}

function refuseStranger(
  importer: string,
  { root }: WorkspacePackage,
  { path, specifier }: ImportedFile,
): string {
  const stale = 'a change of it would rebuild nothing';
  const where = path.startsWith('..') ? 'outside of the workspace' : 'in no package of the workspace';
  const move = `Move it into ${root}, or into a package in libs that ${root}/package.json declares.`;
  if (packageNamedBy(specifier) !== undefined) {
    return `${importer} imports ${specifier}, which is linked to ${path}, ${where}: ${stale}. Install the package instead, or move it into libs.`;
  }
  const link = isLink(importer, path, specifier) ? `, by the link ${specifier}` : '';
  return `${importer} imports ${path}${link}. It is ${where}: ${stale}. ${move}`;
}

function isLink(importer: string, path: string, specifier: string): boolean {
  if (!specifier.startsWith('.') || specifier.includes('*')) return false;
  return posix.join(posix.dirname(importer), specifier) !== path;
}
