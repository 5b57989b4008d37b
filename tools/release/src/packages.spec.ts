import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { toolVersions } from 'create-nanoservices/versions';
import { beforeAll, describe, expect, it } from 'vitest';
import { apiReports } from './api-report.ts';
import { buildPackages } from './build-packages.ts';
import { frameworkPackages } from './framework-packages.ts';

// The packages of this repository as npm gets them. They are built once, where the packages that they need are found.
const repository = fileURLToPath(new URL('../../..', import.meta.url));
const names = frameworkPackages(repository).map(({ manifest }) => manifest.name);
let folders: Map<string, string>;

beforeAll(() => {
  folders = buildPackages(repository, join(repository, 'tmp/packages'));
});

const read = (folder: string, file: string) => readFileSync(join(folder, file), 'utf8');
const bin = (name: string) => join(repository, 'node_modules/.bin', name);

/** All files that a package.json, or a list of Nx, names. */
function namedFiles(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('./') ? [value.replace(/#.*$/, '')] : [];
  return value && typeof value === 'object' ? Object.values(value).flatMap(namedFiles) : [];
}

describe.each(names)('%s', (name) => {
  const folder = () => folders.get(name) as string;

  it('has every file that it names', () => {
    const files = ['package.json', 'executors.json', 'generators.json', 'migrations.json']
      .filter((file) => existsSync(join(folder(), file)))
      .flatMap((file) => namedFiles(JSON.parse(read(folder(), file))));
    expect(files).not.toEqual([]);
    expect(files.filter((file) => !file.includes('*') && !existsSync(join(folder(), file)))).toEqual([]);
  });

  it('imports compiled files', () => {
    const sources = globSync('dist/**/*.{js,d.ts}', { cwd: folder() }).flatMap((file) => {
      const text = read(folder(), file);
      // Texts of generated modules are indented.
      const imports = text.match(
        /^(?:import|export) .*from '\.[^']*\.ts'|\bimport\(['"]\.[^'"]*\.ts|new URL\('[^']*\.ts', import\.meta/gm,
      );
      return imports ? [`${file}: ${imports.join(', ')}`] : [];
    });
    expect(sources).toEqual([]);
  });

  it('has a licence, a README, and no tests', () => {
    const files = globSync('**/*', { cwd: folder() });
    expect(files).toEqual(expect.arrayContaining(['LICENSE', 'README.md']));
    expect(files.filter((file) => /\.spec\.(?:d\.ts|[jt]s)$|__snapshots__/.test(file))).toEqual([]);
  });

  it('is needed by the others at exactly its version', () => {
    const { version, dependencies = {} } = JSON.parse(read(folder(), 'package.json'));
    for (const [dependency, range] of Object.entries(dependencies)) {
      if (names.includes(dependency)) expect(range).toBe(version);
    }
  });

  it('is clean for publint', () => {
    const output = execFileSync(bin('publint'), ['--strict', folder()], { encoding: 'utf8' });
    expect(output).toContain('All good!');
  });

  it('has types that TypeScript finds, for @arethetypeswrong/cli', () => {
    // A package of a command has no types to find.
    const { exports } = JSON.parse(read(folder(), 'package.json'));
    if (!JSON.stringify(exports).includes('.d.ts')) return;
    const output = execFileSync(bin('attw'), ['--pack', folder(), '--profile', 'esm-only'], {
      encoding: 'utf8',
    });
    // With a problem, it ends with an error.
    expect(output).toMatch(/node16 \(from ESM\).*🟢 \(ESM\)/);
  });

  it('has the public API that tools/release/api reports: npx nx run release:api records another one', () => {
    const reports = fileURLToPath(new URL('../api', import.meta.url));
    for (const [file, text] of apiReports(folder())) {
      expect(existsSync(join(reports, file)), file).toBe(true);
      expect(text, file).toBe(read(reports, file));
    }
  });
});

describe('nx migrate @nanoservices/nx', () => {
  const nx = () => folders.get('@nanoservices/nx') as string;

  it('moves all packages of the release that a workspace may have, and Nx to the version of a new workspace', () => {
    const { packageGroup, migrations } = JSON.parse(read(nx(), 'package.json'))['nx-migrations'];
    const others = names.filter((name) => name.startsWith('@') && name !== '@nanoservices/nx');
    expect(packageGroup).toEqual([...others, { package: 'nx', version: toolVersions.nx }]);
    expect(existsSync(join(nx(), migrations))).toBe(true);
  });

  it('moves tools to the versions of a new workspace, at the version of the release', () => {
    const { version } = JSON.parse(read(nx(), 'package.json'));
    const { tools } = JSON.parse(read(nx(), 'migrations.json')).packageJsonUpdates;
    expect(tools.version).toBe(version);
    const versions = Object.entries<{ version: string }>(tools.packages).map(([name, one]) => [
      name,
      one.version,
    ]);
    expect(Object.fromEntries(versions)).toEqual(toolVersions);
  });
});
