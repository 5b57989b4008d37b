import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Endpoint, readUnit } from './topology.ts';

/** A folder that is an Nx project. */
export interface Project {
  readonly type: 'endpoint' | 'unit' | 'lib' | 'tool';
  /** The folder's name. The Nx project has the package's name, `@nanoservices/<name>`; Nx takes the short one too. */
  readonly name: string;
  /** The folder, relative to the workspace root. */
  readonly root: string;
  /** The resource an endpoint belongs to: the name of the folder it is in. */
  readonly resource?: string;
  readonly hasSpecs: boolean;
  /** The endpoints of a unit. */
  readonly endpoints?: readonly Endpoint[];
  /** Whether its tests need a PostgreSQL database. */
  readonly usesDatabase: boolean;
}

/**
 * Reads the project that a file stands for.
 *
 * @param file - an endpoint's `src/handler.ts`, or the package.json of a unit, lib or tool; relative to the workspace root
 * @returns undefined for a package.json below `functions` that declares no unit
 * @throws Error when the project's package.json is missing, is not JSON, or does not have the folder's name
 */
export function readProject(file: string, workspaceRoot: string): Project | undefined {
  return /^functions\/(?:[^/]+\/)?package\.json$/.test(file)
    ? readUnitProject(file, workspaceRoot)
    : readPackage(file, workspaceRoot);
}

function readUnitProject(file: string, workspaceRoot: string): Project | undefined {
  const [unit] = readUnit(workspaceRoot, file);
  if (!unit) return undefined;
  const { name, root, endpoints } = unit;
  readManifest(root, name, workspaceRoot);
  return { type: 'unit', name, root, endpoints, hasSpecs: false, usesDatabase: false };
}

function readPackage(file: string, workspaceRoot: string): Project {
  const root = file.replace(/\/(?:src\/handler\.ts|package\.json)$/, '');
  const [area, resource] = root.split('/') as [string, string];
  const name = root.slice(root.lastIndexOf('/') + 1);
  const { dependencies = {} } = readManifest(root, name, workspaceRoot);
  return {
    type: area === 'functions' ? 'endpoint' : area === 'libs' ? 'lib' : 'tool',
    name,
    root,
    ...(area === 'functions' && { resource }),
    hasSpecs: hasSpecs(join(workspaceRoot, root, 'src')),
    usesDatabase:
      name === 'data-access' || (area === 'functions' && '@nanoservices/data-access' in dependencies),
  };
}

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(root: string, name: string, workspaceRoot: string): Manifest {
  const file = `${root}/package.json`;
  const wanted = `@nanoservices/${name}`;
  if (!existsSync(join(workspaceRoot, file))) {
    throw new Error(`${file} is missing. An endpoint is an npm package: add one with "name": "${wanted}".`);
  }
  const manifest: Manifest = JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8'));
  if (manifest.name !== wanted) {
    throw new Error(`${file}: "name" is "${manifest.name}". It must be "${wanted}", after the folder.`);
  }
  return manifest;
}

function hasSpecs(folder: string): boolean {
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((file) => `${file}`.endsWith('.spec.ts'))
  );
}

/** The endpoints that an endpoint calls, by its folder: those whose contracts its package.json lets it import. */
export function callsOf(root: string, workspaceRoot: string): string[] {
  const { dependencies = {} } = readManifest(root, root.slice(root.lastIndexOf('/') + 1), workspaceRoot);
  return Object.keys(dependencies).map((name) => name.replace('@nanoservices/', ''));
}
