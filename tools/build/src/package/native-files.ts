import { closeSync, globSync, openSync, readSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Architecture } from '@nanoservices/model';

/** Numbers of CPUs in ELF files. @see https://refspecs.linuxfoundation.org/elf/gabi4+/ch4.eheader.html */
const machines: Readonly<Record<Architecture, number>> = { arm64: 183, x86_64: 62 };

/** @returns native modules of a package, without those of packages below it; paths relative to the folder */
export function nativeModules(folder: string): string[] {
  return globSync('**/*.node', { cwd: folder, exclude: (path) => basename(path) === 'node_modules' });
}

/** @returns true for a native module that Linux loads on this CPU */
export function runsOn(architecture: Architecture, file: string): boolean {
  const header = Buffer.alloc(20);
  const handle = openSync(file, 'r');
  try {
    readSync(handle, header, 0, header.length, 0);
  } finally {
    closeSync(handle);
  }
  return header.readUInt32BE(0) === 0x7f454c46 && header.readUInt16LE(18) === machines[architecture];
}

/** @returns true when a package has native modules, and none for this CPU */
export function lacksNativeModule(folder: string, architecture: Architecture): boolean {
  const files = nativeModules(folder);
  return files.length > 0 && !files.some((file) => runsOn(architecture, join(folder, file)));
}

/** @returns true when this machine makes what Lambda runs: Linux with glibc, on the same CPU */
export function isLambdaAlike(architecture: Architecture): boolean {
  const cpu = process.arch === 'x64' ? 'x86_64' : process.arch;
  const { header } = process.report.getReport() as unknown as { header: { glibcVersionRuntime?: string } };
  return process.platform === 'linux' && cpu === architecture && header.glibcVersionRuntime !== undefined;
}
