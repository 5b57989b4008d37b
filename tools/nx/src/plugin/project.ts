import { existsSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import {
  type CodeSettings,
  codeSettings,
  isHandlerFile,
  type Layout,
  readManifest,
} from '@nanoservices/model';
import { packageConfiguration } from './package-configuration.ts';

/** A folder that is an Nx project. */
export interface Project {
  readonly type: 'endpoint' | 'unit' | 'lib' | 'tool' | 'workspace';
  /** The folder's name. The Nx project has the package's name, `@shop/<name>`; Nx takes the short one too. */
  readonly name: string;
  /** The folder, relative to the workspace root. */
  readonly root: string;
  /** The resource of an endpoint. */
  readonly resource?: string;
  readonly hasSpecs: boolean;
  /** The packages of a unit's endpoints. */
  readonly endpointPackages?: readonly string[];
  /** Globs of a unit's endpoint folders, where its package.json gives them. */
  readonly include?: readonly string[] | undefined;
  /** How the code of an endpoint or unit is packed. */
  readonly code?: CodeSettings;
  /** True if its tests need a PostgreSQL database. */
  readonly usesDatabase: boolean;
  /** True for the lib with the migrations. */
  readonly isDatabase: boolean;
  /** True for a lib or tool that something else configures: it keeps the targets that it has. */
  readonly isForeign: boolean;
  /** True for the root project when its own files give it a name. */
  readonly isNamed?: boolean;
  /** Scripts of its package.json: targets that it must not get. */
  readonly scripts: ReadonlySet<string>;
}

const postgres = '@nanoservices/postgres';

/**
 * The project that a file stands for.
 *
 * @param file - an endpoint's handler, or the package.json of the workspace, a unit, lib or tool; relative to the
 * workspace root
 * @param isPackage - test for folders that are packages of the workspace
 * @returns undefined for a package.json in the folder of the endpoints that declares no unit, and for that of a lib or tool that is
 * no package of the workspace
 * @throws UsageError when the project's package.json is missing or is not JSON, or that of an endpoint or a unit does not have the
 * folder's name
 */
export function projectOf(
  layout: Layout,
  file: string,
  isPackage: (folder: string) => boolean,
): Project | undefined {
  const { functions, libs } = layout.folders;
  const root = file === 'package.json' ? '.' : file.replace(/\/(?:src\/handler\.\w+|package\.json)$/, '');
  const none = { hasSpecs: false, usesDatabase: false, isDatabase: false, isForeign: false };
  if (isHandlerFile(file)) {
    const endpoint = layout.endpoints.find((one) => one.root === root);
    if (!endpoint) return undefined;
    const { name, resource, dependencies } = endpoint;
    return {
      ...none,
      // Nx itself lets the scripts of an endpoint win. Reading a thousand package.json files again would take time.
      scripts: new Set(),
      type: 'endpoint',
      name,
      root,
      resource,
      hasSpecs: hasSpecs(join(layout.root, root, 'src')),
      code: codeSettings(endpoint, [endpoint]),
      usesDatabase: dependsOnDatabase(layout, dependencies),
    };
  }
  const { isForeign, isNamed, scripts } = packageConfiguration(layout.root, root);
  const common = { ...none, scripts };
  if (root === '.') return { ...common, type: 'workspace', name: 'workspace', root, isNamed };
  if (root === functions || root.startsWith(`${functions}/`)) {
    const unit = layout.units.find((one) => one.root === root);
    if (!unit) return undefined;
    const endpointPackages = unit.endpoints.map(({ packageName }) => packageName);
    const code = codeSettings(unit, unit.endpoints);
    return { ...common, type: 'unit', name: unit.name, root, include: unit.include, endpointPackages, code };
  }
  const type = root.startsWith(`${libs}/`) ? 'lib' : 'tool';
  const isDatabase = layout.database?.root === root;
  const project = { ...common, type, name: basename(root), root, isDatabase, isForeign } as const;
  if (isForeign) return isDatabase ? project : undefined;
  if (!isPackage(root)) return undefined;
  const { name, dependencies } = readManifest(layout.root, root);
  return {
    ...project,
    hasSpecs: hasSpecs(join(layout.root, root)),
    usesDatabase: name === postgres || isDatabase || dependsOnDatabase(layout, Object.keys(dependencies)),
  };
}

/** Libs and endpoints that connect to PostgreSQL do so by `@nanoservices/postgres`, or by the lib with the database. */
function dependsOnDatabase({ database }: Layout, dependencies: readonly string[]): boolean {
  return dependencies.some((name) => name === postgres || name === database?.packageName);
}

function hasSpecs(folder: string): boolean {
  // Where the spec of an endpoint nearly always is: reading a thousand folders took most of this plugin's time.
  if (existsSync(join(folder, 'handler.spec.ts'))) return true;
  return existsSync(folder) && findSpec(folder);
}

/** Looks for a spec, not in what is installed or built. */
function findSpec(folder: string): boolean {
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    if (!entry.isDirectory()) return entry.name.endsWith('.spec.ts');
    return !/^(?:node_modules|dist|tmp|\..*)$/.test(entry.name) && findSpec(join(folder, entry.name));
  });
}
