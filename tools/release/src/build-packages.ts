import { cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeApplicationTemplate } from './application-template.ts';
import { compile } from './compile.ts';
import { type FrameworkPackage, frameworkPackages } from './framework-packages.ts';
import {
  compiledFile,
  compiledFolder,
  compiledPaths,
  publishedFiles,
  publishedManifest,
  type Release,
} from './manifest.ts';
import { publishedMigrations } from './migrations.ts';

/** The package that `npm create` runs. */
const creator = 'create-nanoservices';
const notPublished = /\.spec\.ts$|\/__snapshots__\//;

/**
 * Builds every package of the framework into a folder of its own, ready for `npm publish`.
 *
 * @param repository - absolute
 * @param out - the folder of all packages, absolute; emptied first
 * @param version - of all packages. Default: that of their package.json files
 * @returns the folders of the packages, by name
 * @throws Error with the diagnostics of the compiler
 */
export function buildPackages(
  repository: string,
  out: string,
  { version }: { readonly version?: string } = {},
): Map<string, string> {
  const packages = frameworkPackages(repository);
  rmSync(out, { recursive: true, force: true });
  const release = { ...releaseOf(packages, repository), ...(version && { version }) };
  return new Map(
    packages.map((one) => {
      const folder = join(out, one.manifest.name);
      buildPackage(one, repository, folder, release);
      return [one.manifest.name, folder];
    }),
  );
}

function releaseOf(packages: readonly FrameworkPackage[], repository: string): Release {
  const versions = new Set(packages.map(({ manifest }) => manifest.version));
  if (versions.size !== 1) {
    throw new Error(
      `The packages of a release have one version, not ${[...versions].join(' and ')}: run npx nx release version.`,
    );
  }
  const root = readJson(join(repository, 'package.json'));
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env;
  return {
    version: [...versions].join(),
    packages: new Set(packages.map(({ manifest }) => manifest.name)),
    node: root.engines.node,
    // npm compares it with where the workflow runs that publishes with provenance.
    repository: server && name && `git+${server}/${name}.git`,
  };
}

function buildPackage(
  { manifest, folder }: FrameworkPackage,
  repository: string,
  out: string,
  release: Release,
): void {
  const root = join(repository, folder);
  const isPublished = publishedFiles(manifest);
  const files = globSync('**/*', {
    cwd: root,
    exclude: ({ name }) => ['node_modules', 'dist', 'docs'].includes(name),
    withFileTypes: true,
  })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .filter((file) => !notPublished.test(`/${file}`) && isPublished(file));
  const modules = files.filter((file) => file.startsWith('src/') && file.endsWith('.ts'));
  const sources = join(root, 'src');
  compile(
    modules.map((file) => join(root, file)),
    sources,
    join(out, compiledFolder),
    join(repository, 'tsconfig.base.json'),
  );
  for (const file of files) {
    copy(join(root, file), join(out, file));
    // Modules read these beside themselves.
    if (file.startsWith('src/') && !file.endsWith('.ts'))
      copy(join(root, file), join(out, compiledFile(file)));
  }
  for (const key of ['generators', 'executors'] as const) {
    const list = manifest[key];
    if (list) writeJson(join(out, list), compiledPaths(readJson(join(root, list))));
  }
  const migrations = manifest['nx-migrations']?.migrations;
  if (migrations) {
    writeJson(join(out, migrations), publishedMigrations(readJson(join(root, migrations)), release.version));
  }
  if (manifest.name === creator) writeApplicationTemplate(repository, join(out, 'templates'));
  copy(join(repository, 'LICENSE'), join(out, 'LICENSE'));
  writeJson(join(out, 'package.json'), publishedManifest(manifest, folder, release));
}

function copy(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  cpSync(from, to);
}

function readJson(file: string) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

function writeJson(file: string, value: unknown): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(value, null, 2)}\n`);
}
