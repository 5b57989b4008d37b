import { cpSync, existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Architecture, UsageError } from '@nanoservices/model';
import { findInstalled } from '../contents/installed-package.ts';
import { installedPackageOf } from '../inputs/workspace-packages.ts';
import type { LockedPackage, LockedPackages } from './lock-file.ts';
import { isLambdaAlike, lacksNativeModule } from './native-files.ts';

/**
 * Checks that installed packages have everything for Lambda that they have on this machine. Files that an install script has
 * made here are taken over, if this machine has Lambda's system and CPU.
 *
 * @param folder - folder of the installation, absolute
 * @throws UsageError with the reason why a package cannot run on Lambda
 */
export function completeForLambda(
  folder: string,
  locked: LockedPackages,
  { workspaceRoot, architecture }: { readonly workspaceRoot: string; readonly architecture: Architecture },
): void {
  for (const [path, entry] of Object.entries(locked)) {
    const installed = join(folder, path);
    // A package for another platform.
    if (!existsSync(installed)) continue;
    const name = installedPackageOf(`${path}/`) as string;
    refuseMissingPlatform(name, entry, locked, folder, architecture);
    const here = installedHere(name, entry, join(workspaceRoot, path, '..'));
    const made = here ? filesMadeHere(here, installed) : [];
    if (made.length === 0 && !lacksNativeModule(installed, architecture)) continue;
    if (!here || !isLambdaAlike(architecture)) {
      throw new UsageError(
        `${name} ${entry.version} has no binary for Linux on ${architecture}: ${made.length > 0 ? `its install script makes ${made[0]} on each machine` : 'its package has binaries for other platforms only'}. Use a package with prebuilt binaries for linux-${architecture === 'x86_64' ? 'x64' : 'arm64'}${architectureAdvice(architecture)}.`,
      );
    }
    rmSync(installed, { recursive: true });
    cpSync(here, installed, {
      recursive: true,
      dereference: true,
      filter: (file) => basename(file) !== 'node_modules',
    });
  }
}

/** @returns the folder of a package in the workspace; undefined when it is not there in this version */
function installedHere(name: string, { version }: LockedPackage, from: string): string | undefined {
  const folder = findInstalled(name, from);
  if (folder === undefined) return undefined;
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version === version
    ? folder
    : undefined;
}

function architectureAdvice(architecture: Architecture): string {
  const other = architecture === 'arm64' ? 'x86_64' : 'arm64';
  return isLambdaAlike(other)
    ? `, or choose this machine's CPU: "lambda": { "architecture": "${other}" }`
    : '';
}

/** A package with one optional package for each platform needs the one for Lambda. */
function refuseMissingPlatform(
  name: string,
  { version, optionalDependencies = {} }: LockedPackage,
  locked: LockedPackages,
  folder: string,
  architecture: Architecture,
): void {
  const variants = Object.keys(optionalDependencies).filter((one) => locked[`node_modules/${one}`]?.cpu);
  if (variants.length < 2 || variants.some((one) => existsSync(join(folder, 'node_modules', one)))) return;
  throw new UsageError(
    `${name} ${version} has no package for Linux (glibc) on ${architecture}. It has: ${variants.join(', ')}. If the one for Linux is missing, package-lock.json was made without it: remove node_modules and package-lock.json, and npm install.`,
  );
}

/** @returns files of a package that its install script has made, not its author */
function filesMadeHere(here: string, installed: string): string[] {
  const filesIn = (folder: string) =>
    globSync('**/*', { cwd: folder, exclude: (path) => basename(path) === 'node_modules' });
  const original = new Set(filesIn(installed));
  return filesIn(here).filter((file) => !original.has(file));
}
