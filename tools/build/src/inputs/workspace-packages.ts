import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import {
  isWorkspacePackage,
  type Manifest,
  readFolders,
  readManifest,
  workspaceGlobs,
} from '@nanoservices/model';

/** An npm package of the workspace. */
export interface WorkspacePackage {
  readonly name: string;
  /** Folder relative to the workspace root. */
  readonly root: string;
  /** Names of the packages that its code may import. */
  readonly declared: ReadonlySet<string>;
  /** Development dependencies: they may be imported from outside of the bundle, as the SDK that nodejs24.x brings along. */
  readonly declaredForDevelopment: ReadonlySet<string>;
}

/** The npm packages of a workspace, each read once. */
export class WorkspacePackages {
  /** Folder of the endpoints, relative to the workspace root. */
  readonly functions: string;
  /** Absolute. */
  readonly workspaceRoot: string;
  readonly #isPackage: (folder: string) => boolean;
  readonly #byFolder = new Map<string, WorkspacePackage | undefined>();

  /** @param workspaceRoot - absolute */
  constructor(workspaceRoot: string) {
    this.workspaceRoot = workspaceRoot;
    this.functions = readFolders(workspaceRoot).functions;
    this.#isPackage = isWorkspacePackage(workspaceGlobs(workspaceRoot));
  }

  /**
   * @param file - relative to the workspace root
   * @returns the package that contains the file; undefined for an installed package, or a file of none
   * @throws UsageError when its package.json is invalid
   */
  ownerOf(file: string): WorkspacePackage | undefined {
    if (file.startsWith('..') || isInstalled(file)) return undefined;
    return this.#packageAt(dirname(file));
  }

  #packageAt(folder: string): WorkspacePackage | undefined {
    if (folder === '.') return undefined;
    if (!this.#byFolder.has(folder)) {
      const isPackage =
        this.#isPackage(folder) && existsSync(join(this.workspaceRoot, folder, 'package.json'));
      this.#byFolder.set(folder, isPackage ? this.#read(folder) : this.#packageAt(dirname(folder)));
    }
    return this.#byFolder.get(folder);
  }

  #read(root: string): WorkspacePackage {
    const manifest = readManifest(this.workspaceRoot, root);
    return {
      root,
      name: manifest.name,
      declared: new Set(declaredIn(manifest)),
      declaredForDevelopment: new Set(Object.keys(manifest.devDependencies ?? {})),
    };
  }
}

/** Development dependencies are missing: they are not for code that is deployed. */
function declaredIn({ dependencies, optionalDependencies, peerDependencies }: Manifest): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies });
}

/** @returns true for a file of an installed package */
function isInstalled(file: string): boolean {
  return installedPackageOf(file) !== undefined;
}

/** @returns the name of the installed package that contains a file; undefined when none does */
export function installedPackageOf(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1];
}

/** @returns the package that an import specifier names; undefined for a path, an alias, or a module of Node */
export function packageNamedBy(specifier: string): string | undefined {
  return /^(?:@[\w~.-]+\/)?[\w~-][\w~.-]*(?=\/|$)/.exec(specifier)?.[0];
}
