import { existsSync } from 'node:fs';
import { dirname, join, matchesGlob } from 'node:path';
import { type Manifest, readManifest } from '@nanoservices/model';

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
  readonly #workspaceRoot: string;
  readonly #globs: readonly string[];
  readonly #byFolder = new Map<string, WorkspacePackage | undefined>();

  /** @param workspaceRoot - absolute */
  constructor(workspaceRoot: string) {
    this.#workspaceRoot = workspaceRoot;
    this.#globs = workspaceGlobs(workspaceRoot);
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
        this.#globs.some((glob) => matchesGlob(folder, glob.replace(/^\.\/|\/$/g, ''))) &&
        existsSync(join(this.#workspaceRoot, folder, 'package.json'));
      this.#byFolder.set(folder, isPackage ? this.#read(folder) : this.#packageAt(dirname(folder)));
    }
    return this.#byFolder.get(folder);
  }

  #read(root: string): WorkspacePackage {
    const manifest = readManifest(this.#workspaceRoot, root);
    return {
      root,
      name: manifest.name,
      declared: new Set(declaredIn(manifest)),
      declaredForDevelopment: new Set(Object.keys(manifest.devDependencies ?? {})),
    };
  }
}

/** @returns globs of the folders that are npm packages of the workspace */
export function workspaceGlobs(workspaceRoot: string): readonly string[] {
  return readManifest(workspaceRoot, '.').workspaces ?? ['functions/*/*', 'libs/*', 'tools/*'];
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
