import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { type Folders, readFolders } from './folders.ts';
import { findHandler } from './handler-file.ts';
import { UsageError } from './usage-error.ts';

const skipped = /^(?:node_modules|dist|artifact|tmp|\..*)$/;
const code = /^(?!.*\.(?:config\.|d\.)[cm]?[jt]s$).*\.[cm]?[jt]sx?$/;

/**
 * Refuses what looks like an endpoint and is none: nothing would build or deploy it.
 *
 * @param root - the workspace, absolute
 * @throws UsageError with the path and the way out
 */
export function refuseMisplaced(root: string, folders: Folders = readFolders(root)): void {
  const { functions } = folders;
  for (const unit of unitFolders(root, folders)) {
    if (!isWritten(root, unit)) continue;
    const name = unit === functions ? '<endpoint>' : posix.basename(unit);
    throw new UsageError(
      `${unit} has the source of an endpoint. An endpoint is two folders below ${functions}: move it to ${functions}/<resource>/${name}.`,
    );
  }
  for (const folder of endpointFolders(root, folders)) {
    if (isEndpoint(root, folder)) refuseNested(root, folders, folder, isWritten);
    else refuseIncomplete(root, folders, folder);
  }
}

/**
 * Refuses code in the folder of the endpoints that is in no endpoint. It is in no package, and a unit would depend on what depends on it.
 * Layouts of past commits may have such code.
 *
 * @throws UsageError with the path and the way out
 */
export function refuseShared(root: string, folders: Folders = readFolders(root)): void {
  const wayOut = `Move it into a package in ${folders.libs}, and declare that in the package.json files of the endpoints that import it.`;
  for (const unit of unitFolders(root, folders)) {
    const isTop = unit === folders.functions;
    const file = entriesOf(root, unit).find((entry) => entry.isFile() && isShared(entry.name, isTop));
    if (!file) continue;
    throw new UsageError(
      `${unit}/${file.name} is in no package: Nx would see a circle between an endpoint that imports it and ${unit}. ${wayOut}`,
    );
  }
  for (const folder of endpointFolders(root, folders)) {
    if (isEndpoint(root, folder)) continue;
    if (![...entriesOf(root, folder), ...sourcesOf(root, folder)].some(({ name }) => code.test(name)))
      continue;
    throw new UsageError(
      `${folder} has code, and is no endpoint: ${folder}/src/handler.ts is missing. ${wayOut}`,
    );
  }
}

/**
 * Refuses a folder of endpoints that has other code.
 *
 * @param folders - present or planned folders of the workspace
 * @throws UsageError with the path
 */
export function refuseStrangers(root: string, folders: Folders): void {
  refuseMisplaced(root, folders);
  refuseShared(root, folders);
}

/** The folder of the endpoints and the folders of resources, which hold settings and endpoints. */
function unitFolders(root: string, { functions }: Folders): string[] {
  return existsSync(join(root, functions)) ? [functions, ...foldersIn(root, functions)] : [];
}

function endpointFolders(root: string, folders: Folders): string[] {
  return unitFolders(root, folders)
    .slice(1)
    .flatMap((resource) => foldersIn(root, resource));
}

function isEndpoint(root: string, folder: string): boolean {
  return findHandler(root, folder) !== undefined;
}

function isShared(name: string, isTop: boolean): boolean {
  if (code.test(name)) return true;
  return !isTop && /\.json$/.test(name) && !/^(?:package|tsconfig.*)\.json$/.test(name);
}

function sourcesOf(root: string, folder: string): Dirent[] {
  return existsSync(join(root, folder, 'src')) ? entriesOf(root, `${folder}/src`) : [];
}

function refuseIncomplete(root: string, folders: Folders, folder: string): void {
  refuseNested(
    root,
    folders,
    folder,
    (...args) => isWritten(...args) || existsSync(join(root, args[1], 'package.json')),
  );
  const misspelt = sourcesOf(root, folder).find(({ name }) => /^handler\.[cm]?[jt]sx?$/i.test(name));
  if (misspelt) {
    const name = /\.(?:m?ts|[cm]?js)$/.exec(misspelt.name.toLowerCase())?.[0] ?? '.ts';
    throw new UsageError(
      `${folder}/src/${misspelt.name}: the name of this file is handler${name}. Rename it.`,
    );
  }
  if (existsSync(join(root, folder, 'package.json')) || isWritten(root, folder)) {
    throw new UsageError(
      `${folder} is no endpoint: ${folder}/src/handler.ts is missing. Write it, or remove the folder.`,
    );
  }
}

/** @param isMisplaced - tells whether a folder looks like an endpoint */
function refuseNested(
  root: string,
  folders: Folders,
  folder: string,
  isMisplaced: (root: string, folder: string) => boolean,
): void {
  for (const nested of foldersIn(root, folder)) {
    if (posix.basename(nested) === 'src') continue;
    if (isMisplaced(root, nested)) {
      throw new UsageError(
        `${nested} is too deep for an endpoint, which is two folders below ${folders.functions}. Move it to ${resourceOf(nested, folders)}/${posix.basename(nested)}.`,
      );
    }
    if (isMisplaced !== isWritten) refuseNested(root, folders, nested, isMisplaced);
  }
}

/** The folder of the resource that a deeper folder is in. */
function resourceOf(folder: string, { functions }: Folders): string {
  return folder
    .split('/')
    .slice(0, functions.split('/').length + 1)
    .join('/');
}

function isWritten(root: string, folder: string): boolean {
  return isEndpoint(root, folder) || existsSync(join(root, folder, 'src/contract.ts'));
}

function foldersIn(root: string, folder: string): string[] {
  return entriesOf(root, folder)
    .filter((entry) => entry.isDirectory() && !skipped.test(entry.name))
    .map(({ name }) => `${folder}/${name}`);
}

function entriesOf(root: string, folder: string): Dirent[] {
  return readdirSync(join(root, folder), { withFileTypes: true });
}
