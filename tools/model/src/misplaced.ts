import { type Dirent, existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
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
export function refuseMisplaced(root: string): void {
  for (const unit of unitFolders(root)) {
    if (!isWritten(root, unit)) continue;
    const target =
      unit === 'functions'
        ? 'functions/<resource>/<endpoint>'
        : `functions/<resource>/${posix.basename(unit)}`;
    throw new UsageError(
      `${unit} has the source of an endpoint. An endpoint is two folders below functions: move it to ${target}.`,
    );
  }
  for (const folder of endpointFolders(root)) {
    if (isEndpoint(root, folder)) refuseNested(root, folder, isWritten);
    else refuseIncomplete(root, folder);
  }
}

/**
 * Refuses code below `functions` that is in no endpoint. It is in no package, and a unit would depend on what depends on it.
 * Layouts of past commits may have such code.
 *
 * @throws UsageError with the path and the way out
 */
export function refuseShared(root: string): void {
  for (const unit of unitFolders(root)) {
    const file = entriesOf(root, unit).find((entry) => entry.isFile() && isShared(entry.name, unit));
    if (!file) continue;
    throw new UsageError(
      `${unit}/${file.name} is in no package: Nx would see a circle between an endpoint that imports it and ${unit}. ${libs}`,
    );
  }
  for (const folder of endpointFolders(root)) {
    if (isEndpoint(root, folder)) continue;
    if (![...entriesOf(root, folder), ...sourcesOf(root, folder)].some(({ name }) => code.test(name)))
      continue;
    throw new UsageError(
      `${folder} has code, and is no endpoint: ${folder}/src/handler.ts is missing. ${libs}`,
    );
  }
}

const libs =
  'Move it into a package in libs, and declare that in the package.json files of the endpoints that import it.';

/** `functions` and the folders of resources, which hold settings and endpoints. */
function unitFolders(root: string): string[] {
  return existsSync(join(root, 'functions')) ? ['functions', ...folders(root, 'functions')] : [];
}

function endpointFolders(root: string): string[] {
  return unitFolders(root)
    .slice(1)
    .flatMap((resource) => folders(root, resource));
}

function isEndpoint(root: string, folder: string): boolean {
  return findHandler(root, folder) !== undefined;
}

function isShared(name: string, folder: string): boolean {
  if (code.test(name)) return true;
  return folder !== 'functions' && /\.json$/.test(name) && !/^(?:package|tsconfig.*)\.json$/.test(name);
}

function sourcesOf(root: string, folder: string): Dirent[] {
  return existsSync(join(root, folder, 'src')) ? entriesOf(root, `${folder}/src`) : [];
}

function refuseIncomplete(root: string, folder: string): void {
  refuseNested(
    root,
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
  folder: string,
  isMisplaced: (root: string, folder: string) => boolean,
): void {
  for (const nested of folders(root, folder)) {
    if (posix.basename(nested) === 'src') continue;
    if (isMisplaced(root, nested)) {
      throw new UsageError(
        `${nested} is too deep for an endpoint, which is two folders below functions. Move it to ${nested.split('/').slice(0, 2).join('/')}/${posix.basename(nested)}.`,
      );
    }
    if (isMisplaced !== isWritten) refuseNested(root, nested, isMisplaced);
  }
}

function isWritten(root: string, folder: string): boolean {
  return isEndpoint(root, folder) || existsSync(join(root, folder, 'src/contract.ts'));
}

function folders(root: string, folder: string): string[] {
  return entriesOf(root, folder)
    .filter((entry) => entry.isDirectory() && !skipped.test(entry.name))
    .map(({ name }) => `${folder}/${name}`);
}

function entriesOf(root: string, folder: string): Dirent[] {
  return readdirSync(join(root, folder), { withFileTypes: true });
}
