import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { toolVersions } from 'create-nanoservices/versions';
import { expect, it } from 'vitest';
import { publishedMigrations } from './migrations.ts';

// Nx's own code decides what moves, for the package.json of a workspace and the answers of a registry.
const { Migrator } = createRequire(import.meta.url)('nx/src/command-line/migrate/migrate');
const folder = fileURLToPath(new URL('../../nx', import.meta.url));
const readJson = (file: string) => JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'));

const { packageGroup } = readJson('package.json')['nx-migrations'];
const entry = { version: '1.1.0', description: 'Renames a key', implementation: './src/migrations/a.ts' };
const release = publishedMigrations({ generators: { rename: entry } }, '1.1.0');

type Versions = Readonly<Record<string, string>>;
interface Options {
  readonly devDependencies: Versions;
  readonly installed?: Versions;
  readonly include?: 'required';
  readonly from?: Versions;
}

/** Runs `nx migrate @nanoservices/nx@1.1.0`. @returns its changes of the root package.json, and its migrations.json */
async function migrate({ devDependencies, installed = devDependencies, include, from = {} }: Options) {
  const group = packageGroup.map((one: string | { package: string }) =>
    typeof one === 'string' ? { package: one, version: '*' } : one,
  );
  const migrator = new Migrator({
    packageJson: { devDependencies },
    getInstalledPackageVersion: (name: string, overrides: Versions = {}) =>
      overrides[name] ?? installed[name] ?? null,
    fetch: async (name: string, version: string) =>
      name === '@nanoservices/nx'
        ? { ...structuredClone(release), packageGroup: structuredClone(group), version }
        : { version },
    from,
    to: {},
    include: include ?? 'all',
    requiredPackages: new Set(['@nanoservices/nx', ...group.map((one: { package: string }) => one.package)]),
  });
  const { packageUpdates, migrations } = await migrator.migrate('@nanoservices/nx', '1.1.0');
  const updates = Object.entries<{ version: string }>(packageUpdates).filter(
    ([name]) => name in devDependencies,
  );
  return {
    versions: Object.fromEntries(updates.map(([name, { version }]) => [name, version])),
    migrations: migrations.map(({ name, implementation }: Record<string, string>) => [name, implementation]),
  };
}

const framework = { '@nanoservices/endpoint': '1.0.0', '@nanoservices/nx': '1.0.0' };
const moved = { '@nanoservices/endpoint': '1.1.0', '@nanoservices/nx': '1.1.0' };
const rename = ['rename', './dist/migrations/a.js'];

it('moves the framework and all tools of a workspace that npm create has made', async () => {
  const old = Object.fromEntries(Object.keys(toolVersions).map((name) => [name, '0.1.0']));
  expect(await migrate({ devDependencies: { ...framework, ...old } })).toEqual({
    versions: { ...moved, ...toolVersions },
    migrations: [rename],
  });
});

it('adds nothing that the root package.json does not have', async () => {
  const { versions } = await migrate({
    devDependencies: framework,
    installed: { ...framework, '@nanoservices/model': '1.0.0', vitest: '0.1.0' },
  });
  expect(versions).toEqual(moved);
});

it('with --include=required moves the framework and Nx, and leaves other tools alone', async () => {
  const devDependencies = { ...framework, nx: '0.1.0', vitest: '0.1.0', typescript: '0.1.0' };
  expect(await migrate({ devDependencies, include: 'required' })).toEqual({
    versions: { ...moved, nx: toolVersions.nx },
    migrations: [rename],
  });
});

it('has migrations for packages that were moved without it, with --from', async () => {
  const devDependencies = moved;
  expect((await migrate({ devDependencies })).migrations).toEqual([]);
  const { migrations } = await migrate({ devDependencies, from: { '@nanoservices/nx': '1.0.0' } });
  expect(migrations).toEqual([rename]);
});
