import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Manifest } from './manifest.ts';

/** A package of the framework that is published. */
export interface FrameworkPackage {
  readonly manifest: Manifest;
  /** Relative to the repository. */
  readonly folder: string;
}

/** @returns the packages of the repository that are not private, by name */
export function frameworkPackages(repository: string): FrameworkPackage[] {
  return globSync('{libs,tools}/*/package.json', { cwd: repository })
    .map((file) => ({
      folder: dirname(file),
      manifest: JSON.parse(readFileSync(join(repository, file), 'utf8')) as Manifest,
    }))
    .filter(({ manifest }) => !manifest.private)
    .sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}
