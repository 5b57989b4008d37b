import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
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
  /** Globs of their folders, where its package.json says which. */
  readonly include?: readonly string[] | undefined;
  /** Whether its tests need a PostgreSQL database. */
  readonly usesDatabase: boolean;
}

export interface ProjectReader {
  /**
   * Reads the project that a file stands for.
   *
   * @param file - an endpoint's `src/handler.ts`, or the package.json of a unit, lib or tool; relative to the workspace root
   * @returns undefined for a package.json below `functions` that declares no unit
   * @throws Error when the project's package.json is missing, is not JSON, or does not have the folder's name
   */
  read(file: string): Project | undefined;
  /** The endpoints that an endpoint calls, by its folder: those whose contracts its package.json lets it import. */
  callsOf(root: string): string[];
}

/**
 * Reads projects, and each package.json once.
 *
 * @param endpoints - all of the workspace
 */
export function projectReader(workspaceRoot: string, endpoints: readonly Endpoint[]): ProjectReader {
  const manifests = new Map<string, Manifest>();
  const manifestOf = (root: string, name: string) => {
    const manifest = manifests.get(root) ?? readManifest(root, name, workspaceRoot);
    manifests.set(root, manifest);
    return manifest;
  };
  const readUnitProject = (file: string): Project | undefined => {
    const [unit] = readUnit(workspaceRoot, file, endpoints);
    if (!unit) return undefined;
    manifestOf(unit.root, unit.name);
    return { ...unit, type: 'unit', hasSpecs: false, usesDatabase: false };
  };
  const readPackage = (file: string): Project => {
    const root = file.replace(/\/(?:src\/handler\.ts|package\.json)$/, '');
    const [area, resource] = root.split('/') as [string, string];
    const name = basename(root);
    const { dependencies = {} } = manifestOf(root, name);
    return {
      type: area === 'functions' ? 'endpoint' : area === 'libs' ? 'lib' : 'tool',
      name,
      root,
      ...(area === 'functions' && { resource }),
      hasSpecs: hasSpecs(join(workspaceRoot, root, 'src')),
      usesDatabase:
        name === 'data-access' || (area === 'functions' && '@nanoservices/data-access' in dependencies),
    };
  };
  return {
    read: (file) =>
      /^functions\/(?:[^/]+\/)?package\.json$/.test(file) ? readUnitProject(file) : readPackage(file),
    callsOf: (root) =>
      Object.keys(manifestOf(root, basename(root)).dependencies ?? {}).map((name) =>
        name.replace('@nanoservices/', ''),
      ),
  };
}

interface Manifest {
  readonly name?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function readManifest(root: string, name: string, workspaceRoot: string): Manifest {
  const file = `${root}/package.json`;
  const wanted = `@nanoservices/${name}`;
  const text = readIfThere(join(workspaceRoot, file));
  if (text === undefined) {
    throw new Error(`${file} is missing. An endpoint is an npm package: add one with "name": "${wanted}".`);
  }
  const manifest: Manifest = JSON.parse(text);
  if (manifest.name !== wanted) {
    throw new Error(`${file}: "name" is "${manifest.name}". It must be "${wanted}", after the folder.`);
  }
  return manifest;
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function hasSpecs(folder: string): boolean {
  // Where the spec of an endpoint nearly always is: reading a thousand folders took most of this plugin's time.
  if (existsSync(join(folder, 'handler.spec.ts'))) return true;
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((file) => `${file}`.endsWith('.spec.ts'))
  );
}
