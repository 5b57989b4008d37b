import { realpathSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { type CodeSettings, UsageError, workspacePath } from '@nanoservices/model';
import type { Metafile } from 'esbuild';
import { refuseShipped } from '../inputs/refuse-shipped.ts';
import { packageNamedBy } from '../inputs/workspace-packages.ts';
import { addIncludedFiles } from './included-files.ts';
import { findInstalled, isOfWorkspace } from './installed-package.ts';
import { refuseNativePackages } from './native-packages.ts';
import { addReferencedFiles } from './referenced-files.ts';
import { ShippedFiles } from './shipped-files.ts';

/** Everything that a function has beside its bundle. */
export interface FunctionContents {
  readonly files: ShippedFiles;
  /** Absolute paths of files that the code names and that do not exist. The function needs them once they do. */
  readonly missing: readonly string[];
  /** Folders of the external packages, relative to the workspace root, by name. They are part of the zip. */
  readonly external: Readonly<Record<string, string>>;
  /** Packages that nodejs24.x brings along, as `external`. They are no part of the zip. */
  readonly provided: Readonly<Record<string, string>>;
}

/** A function to bundle. */
export interface FunctionSource {
  /** Folder of the endpoint or unit, relative to the workspace root. */
  readonly root: string;
  readonly code: CodeSettings;
}

const sdkPackages = ['@aws-sdk/*', '@smithy/*'];
const isSdk = /^@(?:aws-sdk|smithy)\//;

/** @returns names of packages that the bundle imports when it runs, in esbuild's notation */
export function externalImports({ external, awsSdk }: CodeSettings): string[] {
  return [...external, ...(awsSdk === 'runtime' ? sdkPackages : [])];
}

/**
 * Finds everything that a function needs beside its bundle.
 *
 * @param metafile - esbuild's description of the bundle
 * @throws UsageError when a file or a package cannot be where the function needs it
 */
export function contentsOf(
  workspaceRoot: string,
  { root, code }: FunctionSource,
  metafile: Metafile,
): FunctionContents {
  const manifest = `${root}/package.json`;
  refuseNativePackages(workspaceRoot, metafile, manifest);
  const files = new ShippedFiles();
  addIncludedFiles(workspaceRoot, code.include, files);
  const missing = addReferencedFiles(workspaceRoot, metafile, files);
  refuseShipped(
    workspaceRoot,
    files.entries().map(([, source]) => source),
  );
  const importers = importersOf(metafile);
  const find = (name: string, advice: string) => {
    const folders = [root, ...(importers.get(name) ?? [])].map((one) => join(workspaceRoot, one));
    return findPackage(workspaceRoot, manifest, name, folders, advice);
  };
  const provided =
    code.awsSdk === 'runtime'
      ? [...importers.keys()].filter((name) => isSdk.test(name) && !code.external.includes(name)).sort()
      : [];
  return {
    files,
    missing,
    external: Object.fromEntries(
      code.external.map((name) => [
        name,
        find(
          name,
          `"lambda.external" names ${name}, which is not installed: npm install ${name} --workspace ${root}`,
        ),
      ]),
    ),
    provided: Object.fromEntries(
      provided.map((name) => [
        name,
        find(
          name,
          `"lambda.awsSdk" is "runtime", so nodejs24.x brings ${name} along. This machine does not have it: npm install --save-dev ${name} --workspace ${root}`,
        ),
      ]),
    ),
  };
}

/** @returns the modules of a bundle, and the folders of packages with files beside it (with a slash); all absolute */
export function sourcesOf(workspaceRoot: string, { code }: FunctionSource, metafile: Metafile): string[] {
  const inputs = Object.keys(metafile.inputs).map((file) => join(workspaceRoot, file));
  return [...inputs, ...code.include.map(({ root }) => join(workspaceRoot, root) + sep)];
}

/** @returns folders of the modules that import packages from outside of the bundle, by package */
function importersOf({ inputs }: Metafile): Map<string, string[]> {
  const importers = new Map<string, string[]>();
  for (const [file, { imports }] of Object.entries(inputs)) {
    for (const { path, external } of imports) {
      const name = external ? packageNamedBy(path) : undefined;
      if (name === undefined) continue;
      importers.set(name, [...(importers.get(name) ?? []), dirname(file)]);
    }
  }
  return importers;
}

/**
 * @param importers - folders that need the package, absolute
 * @returns the folder of the package, relative to the workspace root
 */
function findPackage(
  workspaceRoot: string,
  manifest: string,
  name: string,
  importers: readonly string[],
  missing: string,
): string {
  const found = importers.flatMap((folder) => findInstalled(name, folder) ?? []);
  const [folder, other] = new Map(found.toReversed().map((one) => [realpathSync(one), one]))
    .values()
    .toArray()
    .toReversed();
  if (folder === undefined) throw new UsageError(`${manifest}: ${missing}`);
  if (isOfWorkspace(workspaceRoot, folder)) {
    throw new UsageError(
      `${manifest}: "lambda.external" names ${name}, a package of this workspace. It is bundled: remove it from the list.`,
    );
  }
  if (other !== undefined) {
    throw new UsageError(
      `${manifest}: ${name} is installed twice, as ${workspacePath(workspaceRoot, folder)} and ${workspacePath(workspaceRoot, other)}. A function has one version of an external package: use one range in all package.json files.`,
    );
  }
  return workspacePath(workspaceRoot, folder);
}
