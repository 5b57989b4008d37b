import { statSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import { globSync } from 'tinyglobby';
import { usesAwsSdk } from './aws-sdk.ts';
import { type Manifest, readManifest, readNamedManifest } from './files/manifest.ts';
import { readTopologyFile, type TopologyFile, topologyFile } from './files/topology-file.ts';
import { type Folders, readFolders } from './folders.ts';
import { handlerFiles } from './handler-file.ts';
import { refuseMisplaced } from './misplaced.ts';
import { kebabCase, reservedNames } from './names.ts';
import { UsageError } from './usage-error.ts';

/** An endpoint. Its name is the name of its folder. */
export interface Endpoint {
  readonly name: string;
  /** Folder relative to the workspace root: `functions/orders/get-order`. */
  readonly root: string;
  /** Module of its handler, relative to the workspace root: `src/handler.ts` of its folder, or a JavaScript file. */
  readonly handler: string;
  /** Name of the parent folder: `orders`. */
  readonly resource: string;
  readonly packageName: string;
  /** Names of the npm packages that its package.json depends on. */
  readonly dependencies: readonly string[];
  /** True when it may bundle the AWS SDK: its package.json, or that of a lib it depends on, declares a part of the SDK. */
  readonly usesAwsSdk?: boolean | undefined;
  readonly lambda: Manifest['lambda'];
}

/** Endpoints that may be packed into one function: a folder whose package.json has the key `"unit"`. */
export interface Unit {
  readonly name: string;
  readonly root: string;
  readonly packageName: string;
  /** Sorted by name. */
  readonly endpoints: readonly Endpoint[];
  /** Globs of endpoint folders, relative to the folder of the endpoints; undefined for a unit of everything below its folder. */
  readonly include?: readonly string[] | undefined;
  readonly lambda: Manifest['lambda'];
}

/** The application's database: a lib whose package.json has the key `"database"`. */
export interface DatabaseFiles {
  /** Folder of the lib, relative to the workspace root. */
  readonly root: string;
  readonly packageName: string;
  /** Folder of the migrations, absolute. */
  readonly migrations: string;
  /** SQL file that fills the development database, absolute. */
  readonly seed?: string | undefined;
}

/** The application's schemas: a lib whose package.json has the key `"schemas"`. */
export interface SchemaPackage {
  /** Folder of the lib, relative to the workspace root. */
  readonly root: string;
  readonly packageName: string;
  /** Module with their documentation, absolute. */
  readonly documentation?: string | undefined;
}

/** A workspace as far as its folders and JSON files describe it. None of its code is run. */
export interface Layout {
  /** Absolute path of the workspace. */
  readonly root: string;
  readonly folders: Folders;
  /** Sorted by name. */
  readonly endpoints: readonly Endpoint[];
  /** Sorted by name. */
  readonly units: readonly Unit[];
  readonly topologies: TopologyFile;
  readonly database?: DatabaseFiles | undefined;
  readonly schemas?: SchemaPackage | undefined;
}

/**
 * Reads the layout of a workspace.
 *
 * @param root - absolute
 * @param found - handlers of all endpoints (`src/handler.*`), relative to the root. Default: what the disk has
 * @throws UsageError when a file is invalid or names a path that does not exist, an endpoint has two handlers, a unit has no endpoint, a function has a name
 * that AWS does not take, two functions have one name, a folder looks like an endpoint and is none, or `"isolation"` names no
 * function
 */
export function readLayout(root: string, found?: readonly string[]): Layout {
  const folders = readFolders(root);
  const handlers = found ?? findHandlers(root, folders);
  refuseMisplaced(root, folders);
  refuseTwoHandlers(handlers);
  const libs = readLibManifests(root, folders);
  const libsByName = new Map(libs.map(({ manifest }) => [manifest.name, manifest]));
  const endpoints = handlers.map((file) => readEndpoint(root, slashes(file), libsByName)).sort(byName);
  const manifests = globSync(`${folders.functions}/{,*/}package.json`, {
    cwd: root,
    expandDirectories: false,
  })
    .map(slashes)
    .sort();
  const units = manifests
    .flatMap((file) => readUnit(root, folders, posix.dirname(file), endpoints))
    .sort(byName);
  const named = [...endpoints, ...units];
  named.forEach(refuseUnusableName);
  refuseSameNames(named);
  const topologies = readTopologyFile(root);
  refuseUnknownIsolation(
    topologies,
    `${folders.functions}/${topologyFile}`,
    named.map(({ name }) => name),
  );
  return { root, folders, endpoints, units, topologies, ...readLibs(root, libs) };
}

/** @returns handlers of the endpoints in matching folders, relative to the workspace root */
function findHandlers(root: string, { functions }: Folders, glob = '*/*'): string[] {
  return globSync(
    handlerFiles.map((file) => `${functions}/${glob}/${file}`),
    { cwd: root, expandDirectories: false },
  );
}

function refuseTwoHandlers(handlers: readonly string[]): void {
  const byFolder = new Map<string, string>();
  for (const file of handlers.map(slashes).sort()) {
    const folder = posix.dirname(file);
    const other = byFolder.get(folder);
    if (other)
      throw new UsageError(
        `${other} and ${file} are both a handler, and an endpoint has one: remove or rename the other.`,
      );
    byFolder.set(folder, file);
  }
}

function readEndpoint(workspaceRoot: string, handler: string, libs: ReadonlyMap<string, Manifest>): Endpoint {
  const root = posix.dirname(posix.dirname(handler));
  const manifest = readNamedManifest(workspaceRoot, root);
  const { name: packageName, dependencies, lambda } = manifest;
  const resource = basename(dirname(root));
  return {
    name: basename(root),
    root,
    handler,
    resource,
    packageName,
    dependencies: Object.keys(dependencies),
    usesAwsSdk: usesAwsSdk(manifest, libs),
    lambda,
  };
}

/** @returns the unit that the folder's package.json declares, or nothing */
function readUnit(
  workspaceRoot: string,
  folders: Folders,
  root: string,
  endpoints: readonly Endpoint[],
): Unit[] {
  if (!readManifest(workspaceRoot, root).unit) return [];
  // The folder of all functions is the whole application.
  const name = root === folders.functions ? 'app' : basename(root);
  const { name: packageName, unit, lambda } = readNamedManifest(workspaceRoot, root, name);
  const include = unit?.include;
  const included = include?.flatMap((glob) => findHandlers(workspaceRoot, folders, glob)) ?? [];
  const handlers = new Set(included.map(slashes));
  const own = endpoints.filter((one) =>
    include ? handlers.has(one.handler) : one.root.startsWith(`${root}/`),
  );
  // A workspace before its first endpoint: the generator that writes it needs a layout.
  if (endpoints.length === 0) return [];
  if (own.length === 0) {
    const why = include ? `"include" matches none (${include.join(', ')})` : 'there is none below it';
    throw new UsageError(`${root}/package.json: the unit has no endpoint: ${why}.`);
  }
  return [{ name, root, packageName, endpoints: own, include, lambda }];
}

/** A lib of the workspace. */
interface Lib {
  /** Relative to the workspace root. */
  readonly folder: string;
  readonly manifest: Manifest;
}

function readLibManifests(root: string, { libs }: Folders): Lib[] {
  return globSync(`${libs}/*/package.json`, { cwd: root, expandDirectories: false })
    .map((file) => slashes(dirname(file)))
    .sort()
    .map((folder) => ({ folder, manifest: readManifest(root, folder) }));
}

function readLibs(root: string, libs: readonly Lib[]): Pick<Layout, 'database' | 'schemas'> {
  const only = <Key extends 'database' | 'schemas'>(key: Key) => {
    const found = libs.filter(({ manifest }) => manifest[key] !== undefined);
    if (found.length <= 1) return found[0];
    const files = found.map(({ folder }) => `${folder}/package.json`).join(' and ');
    throw new UsageError(`${files} both have the key "${key}". One lib of a workspace may have it.`);
  };
  const database = only('database');
  const schemas = only('schemas');
  return {
    database: database && readDatabase(root, database.folder, database.manifest),
    schemas: schemas && readSchemas(root, schemas.folder, schemas.manifest),
  };
}

function readDatabase(workspaceRoot: string, root: string, { name, database }: Manifest): DatabaseFiles {
  const { migrations = './migrations', seed } = database ?? {};
  return {
    root,
    packageName: name,
    migrations: existing(workspaceRoot, root, 'database.migrations', migrations, 'folder'),
    seed: seed && existing(workspaceRoot, root, 'database.seed', seed, 'file'),
  };
}

function readSchemas(workspaceRoot: string, root: string, { name, schemas }: Manifest): SchemaPackage {
  const documentation = schemas?.documentation;
  return {
    root,
    packageName: name,
    documentation:
      documentation && existing(workspaceRoot, root, 'schemas.documentation', documentation, 'file'),
  };
}

/**
 * @param key - the key of the lib's package.json that names the path
 * @returns the absolute path
 * @throws UsageError when there is no such file or folder
 */
function existing(
  workspaceRoot: string,
  root: string,
  key: string,
  path: string,
  kind: 'file' | 'folder',
): string {
  const absolute = join(workspaceRoot, root, path);
  const found = statSync(absolute, { throwIfNoEntry: false });
  if (kind === 'folder' ? found?.isDirectory() : found?.isFile()) return absolute;
  throw new UsageError(
    `${root}/package.json: "${key}" names ${path}, and ${posix.join(root, path)} is no ${kind}. Create it, or correct the path.`,
  );
}

/** A name is part of the name of a Lambda function and of a CloudFormation stack, which takes the fewest characters. */
function refuseUnusableName({ name, root }: Endpoint | Unit): void {
  if (!kebabCase.test(name)) {
    throw new UsageError(
      `${root}: "${name}" is no name for a Lambda function and its stack. Rename the folder: lower-case letters, digits and hyphens, as in get-order.`,
    );
  }
  if (reservedNames.includes(name)) {
    throw new UsageError(
      `${root}: "${name}" is the name of a part of each stage (${reservedNames.join(', ')}). Rename the folder.`,
    );
  }
}

function refuseSameNames(named: readonly (Endpoint | Unit)[]): void {
  const roots = new Map<string, string>();
  for (const { name, root } of named) {
    const other = roots.get(name);
    if (other) throw new UsageError(`${root} and ${other} are both called "${name}": rename one folder.`);
    roots.set(name, root);
  }
}

function refuseUnknownIsolation({ isolation }: TopologyFile, file: string, names: readonly string[]): void {
  if (typeof isolation !== 'object') return;
  const unknown = Object.keys(isolation).find((name) => name !== '*' && !names.includes(name));
  if (unknown === undefined) return;
  throw new UsageError(
    `${file}: "isolation" names "${unknown}", which is no function. There are: *, ${names.join(', ')}.`,
  );
}

function byName(a: { readonly name: string }, b: { readonly name: string }): number {
  return a.name < b.name ? -1 : 1;
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
