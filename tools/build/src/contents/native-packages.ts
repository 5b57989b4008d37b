import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '@nanoservices/model';
import type { Message, Metafile } from 'esbuild';
import { installedPackageOf } from '../inputs/workspace-packages.ts';

const platformPackage =
  /(?:^|[/_-])(?:linux|darwin|win32|linuxmusl)[_-](?:x64|arm64|arm|ia32|x86_64|aarch64)(?:[_-]|$)/;
const packageFolder = /^(?<folder>(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//;

/** Known folders: many bundles contain the same packages. */
const known = new Map<string, boolean>();

/**
 * Refuses a package with native code in a bundle: its binary stays behind, and is found on this machine only by accident.
 *
 * @param manifest - package.json of the function, for the message
 * @throws UsageError with the way out
 */
export function refuseNativePackages(workspaceRoot: string, metafile: Metafile, manifest: string): void {
  for (const input of Object.keys(metafile.inputs)) {
    const folder = packageFolder.exec(input)?.groups?.folder;
    if (folder && isNative(join(workspaceRoot, folder))) throw new UsageError(nativeAdvice(input, manifest));
  }
}

/** Adds the way out to esbuild's error about a file that it cannot bundle. */
export function withAdvice(message: Message, manifest: string): Message {
  const extension = /^No loader is configured for "(\.\w+)" files/.exec(message.text)?.[1];
  if (!extension) return message;
  const file = message.location?.file ?? '';
  const text =
    extension === '.node'
      ? nativeAdvice(file, manifest)
      : `To ship the file with the bundle, name it in "lambda": { "include": [] } of ${manifest}, and read it by new URL('./file${extension}', import.meta.url).`;
  return { ...message, notes: [...message.notes, { text, location: null }] };
}

function nativeAdvice(input: string, manifest: string): string {
  const name = installedPackageOf(input) ?? 'the package';
  return `${name} has native code, which cannot be bundled. Name it in ${manifest}: "lambda": { "external": ["${name}"] }. It is then packaged for the function's CPU.`;
}

function isNative(folder: string): boolean {
  const found = known.get(folder) ?? hasNativeParts(folder);
  known.set(folder, found);
  return found;
}

function hasNativeParts(folder: string): boolean {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return false;
  const { gypfile, optionalDependencies = {} } = JSON.parse(readFileSync(file, 'utf8'));
  if (gypfile === true || existsSync(join(folder, 'binding.gyp'))) return true;
  return Object.keys(optionalDependencies).some((name) => platformPackage.test(name));
}
