import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Architecture } from '@nanoservices/model';
import { TemporaryWorkspace } from '@nanoservices/model/testing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeForLambda } from './complete-for-lambda.ts';
import type { LockedPackages } from './lock-file.ts';
import { isLambdaAlike, lacksNativeModule } from './native-files.ts';

let shop: TemporaryWorkspace;
/** The installation that npm has made for Lambda. */
let installed: TemporaryWorkspace;

beforeEach(() => {
  shop = new TemporaryWorkspace();
  installed = new TemporaryWorkspace();
});
afterEach(() => {
  shop[Symbol.dispose]();
  installed[Symbol.dispose]();
});

/** The beginning of an ELF file. */
function elf(machine: number): string {
  const header = Buffer.alloc(20);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeUInt8(machine, 18);
  return header.toString('latin1');
}
// The header is valid UTF-8, since the number of the CPU is below 128.
const x64 = elf(62);

function put(where: TemporaryWorkspace, name: string, files: Readonly<Record<string, string>>): void {
  where.write(`node_modules/${name}/package.json`, { name, version: '1.0.0' });
  for (const [file, content] of Object.entries(files)) where.write(`node_modules/${name}/${file}`, content);
}

function complete(architecture: Architecture, locked: LockedPackages): void {
  completeForLambda(installed.root, locked, { workspaceRoot: shop.root, architecture });
}

const alone: LockedPackages = { 'node_modules/native': { version: '1.0.0' } };
const other: Architecture = process.arch === 'arm64' ? 'x86_64' : 'arm64';
const own: Architecture = process.arch === 'arm64' ? 'arm64' : 'x86_64';

describe('a package is complete', () => {
  it('without native code', () => {
    put(shop, 'native', { 'index.js': '' });
    put(installed, 'native', { 'index.js': '' });
    expect(() => complete(other, alone)).not.toThrow();
  });

  it('with a binary for the CPU among those for others', () => {
    put(shop, 'native', { 'prebuilds/linux-x64/a.node': x64, 'prebuilds/darwin-arm64/a.node': 'Mach-O' });
    put(installed, 'native', {
      'prebuilds/linux-x64/a.node': x64,
      'prebuilds/darwin-arm64/a.node': 'Mach-O',
    });
    expect(() => complete('x86_64', alone)).not.toThrow();
    expect(lacksNativeModule(join(installed.root, 'node_modules/native'), 'arm64')).toBe(true);
  });

  it('with the package for the platform', () => {
    const locked: LockedPackages = {
      'node_modules/native': {
        version: '1.0.0',
        optionalDependencies: { 'native-a': '1', 'native-b': '1' },
      },
      'node_modules/native-a': { version: '1.0.0', cpu: ['arm64'] },
      'node_modules/native-b': { version: '1.0.0', cpu: ['x64'] },
    };
    put(installed, 'native', {});
    expect(() => complete('arm64', locked)).toThrow(
      /^native 1\.0\.0 has no package for Linux \(glibc\) on arm64\. It has: native-a, native-b/,
    );
    put(installed, 'native-b', { 'b.node': x64 });
    expect(() => complete('x86_64', locked)).not.toThrow();
  });
});

describe('a package that an install script completes', () => {
  beforeEach(() => {
    put(installed, 'native', { 'index.js': '' });
    put(shop, 'native', { 'index.js': '', 'build/a.node': x64 });
  });

  it('is refused for another CPU, with the file and the way out', () => {
    expect(() => complete(other, alone)).toThrow(
      new RegExp(`^native 1\\.0\\.0 has no binary for Linux on ${other}: its install script makes build`),
    );
  });

  it.runIf(isLambdaAlike(own))('is taken from this machine for its own CPU', () => {
    complete(own, alone);
    expect(existsSync(join(installed.root, 'node_modules/native/build/a.node'))).toBe(true);
  });

  it('is not compared with another version', () => {
    shop.write('node_modules/native/package.json', { name: 'native', version: '2.0.0' });
    expect(() => complete(other, alone)).not.toThrow();
  });
});

it('a package with binaries for other platforms only is refused', () => {
  put(installed, 'native', { 'a.node': 'Mach-O' });
  put(shop, 'native', { 'a.node': 'Mach-O' });
  expect(() => complete(other, alone)).toThrow(/its package has binaries for other platforms only/);
  expect(lacksNativeModule(join(installed.root, 'node_modules/native'), 'arm64')).toBe(true);
});
