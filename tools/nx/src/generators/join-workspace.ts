import { readFileSync } from 'node:fs';
import {
  declaredGlobs,
  installCommand,
  isWorkspacePackage,
  packageManagerOf,
  pnpmWorkspaceFile,
  type Workspace,
} from '@nanoservices/model';
import { installPackagesTask, readJson, type Tree } from '@nx/devkit';
import { parseDocument, YAMLSeq } from 'yaml';
import { editJson } from './edit-json.ts';

/** Packages that the specs and the types of an endpoint need, found from the workspace root under every package manager. */
const toolVersions = { '@types/aws-lambda': '8.10.164', '@types/node': '24.19.2', vitest: '5.1.1' } as const;

/** Peer dependencies of Vitest: Yarn does not install them. */
const vitestPeers = { vite: '^8.0.0' } as const;

type Versions = Readonly<Record<string, string>>;
interface RootManifest {
  readonly workspaces?: unknown;
  readonly dependencies?: Versions;
  readonly devDependencies?: Versions;
}

/**
 * Makes new endpoints packages of the workspace: adds their glob to its packages, and what their code, specs and types need to the root's
 * development dependencies. Changes nothing where that is done.
 */
export function joinWorkspace(tree: Tree, { folders }: Pick<Workspace, 'folders'>): void {
  addGlob(tree, `${folders.functions}/*/*`);
  const { dependencies = {}, devDependencies = {} } = readJson<RootManifest>(tree, 'package.json');
  const has = (name: string) => name in dependencies || name in devDependencies;
  const framework = '@nanoservices/endpoint';
  const wanted = {
    ...(!isPackageOf(tree, folders.libs, framework) && { [framework]: frameworkVersion() }),
    ...toolVersions,
    ...(packageManagerOf(tree.root) === 'yarn' && vitestPeers),
  };
  const missing = Object.entries(wanted).filter(([name]) => !has(name));
  for (const [name, version] of missing) editManifest(tree, ['devDependencies', name], version);
}

/**
 * Installs what a generator has declared.
 *
 * @param skip - true to print the command instead
 */
export function installOrTell(tree: Tree, skip: boolean | undefined): void {
  if (skip) console.log(`\nNext: ${installCommand(tree.root)}`);
  else installPackagesTask(tree, true);
}

function addGlob(tree: Tree, glob: string): void {
  const isCovered = isWorkspacePackage(declaredGlobs(tree.root) ?? []);
  if (isCovered(glob.replaceAll('*', 'x'))) return;
  if (packageManagerOf(tree.root) === 'pnpm') addToPnpm(tree, glob);
  else addToManifest(tree, glob);
}

function addToManifest(tree: Tree, glob: string): void {
  const { workspaces } = readJson<RootManifest>(tree, 'package.json');
  const isObject = typeof workspaces === 'object' && workspaces !== null && !Array.isArray(workspaces);
  const path = isObject ? ['workspaces', 'packages'] : ['workspaces'];
  const before = isObject ? (workspaces as { packages?: string[] }).packages : workspaces;
  editManifest(tree, path, [...(Array.isArray(before) ? before : []), glob]);
}

/** Adds a glob to pnpm-workspace.yaml. Comments stay. */
function addToPnpm(tree: Tree, glob: string): void {
  const document = parseDocument(tree.read(pnpmWorkspaceFile, 'utf8') ?? '');
  if (!(document.get('packages') instanceof YAMLSeq)) document.set('packages', new YAMLSeq());
  document.addIn(['packages'], glob);
  tree.write(pnpmWorkspaceFile, document.toString({ lineWidth: 0 }));
}

/** Sets one key, and leaves the layout of the rest as it is. */
function editManifest(tree: Tree, path: string[], value: unknown): void {
  tree.write('package.json', editJson(tree.read('package.json', 'utf8') as string, path, value));
}

function isPackageOf(tree: Tree, libs: string, name: string): boolean {
  return tree
    .children(libs)
    .map((folder) => `${libs}/${folder}/package.json`)
    .some((file) => tree.exists(file) && readJson<{ name?: string }>(tree, file).name === name);
}

/** The packages of the framework have one version. */
function frameworkVersion(): string {
  const manifest = new URL('../../package.json', import.meta.url);
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}
