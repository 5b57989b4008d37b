import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fillEnvironment } from '@nanoservices/model';
import { generateFiles, type Tree, writeJson } from '@nx/devkit';
import { camelCase } from '../names.ts';
import type { PlannedEndpoint, WantedRoute } from './plan-endpoints.ts';
import type { AdoptedHandler } from './serverless/adopt-handlers.ts';
import { type NeededPackages, neededPackages, type OldPackages } from './serverless/old-packages.ts';
import {
  commonFolder,
  originalFolder,
  type PlacedModule,
  placeModules,
  type SharedLib,
} from './serverless/place-modules.ts';
import type { ServiceRoute } from './serverless/routes.ts';

/** A route of a function that is taken over. */
export interface FunctionRoute extends WantedRoute {
  readonly from: ServiceRoute;
  readonly handler: AdoptedHandler;
}

/** The common settings of the new packages. */
export interface AdoptedService {
  /** Folder of the old configuration, absolute. */
  readonly folder: string;
  readonly packages: OldPackages;
  /** npm scope of the workspace, with its slash. */
  readonly scope: string;
  /** Lib for the files that several endpoints need. */
  readonly lib: SharedLib;
}

const templates = fileURLToPath(new URL('files/adopted', import.meta.url));

/** Writes endpoints with the code of their handlers, and a lib where endpoints share files. */
export function writeAdopted(
  tree: Tree,
  endpoints: readonly PlannedEndpoint<FunctionRoute>[],
  { folder, packages, scope, lib }: AdoptedService,
): void {
  const owners = endpoints.map(({ root, route }) => ({ root, modules: route.handler.modules }));
  const files = endpoints.flatMap(({ route }) => [...route.handler.modules.keys()]);
  const placed = placeModules(commonFolder(folder, files), owners, lib);
  for (const { path, content } of placed) tree.write(path, content);
  const byFile = new Map(placed.map((one) => [one.module.file, one]));
  for (const endpoint of endpoints) writeEndpoint(tree, endpoint, byFile, { packages, scope, lib });
  const shared = placed.filter((one) => one.package === lib.root);
  if (shared.length > 0) writeLib(tree, shared, lib, packages);
  writeDeclarations(tree, endpoints, byFile);
}

function writeEndpoint(
  tree: Tree,
  { name, root, route }: PlannedEndpoint<FunctionRoute>,
  placed: ReadonlyMap<string, PlacedModule>,
  { packages, scope, lib }: Omit<AdoptedService, 'folder'>,
): void {
  const { from, handler } = route;
  const { description, environment, permissions, lambda } = handler.function;
  const own = [...handler.modules.keys()]
    .flatMap((file) => placed.get(file) ?? [])
    .filter((one) => one.package === root);
  const needed = packagesOf(own, packages);
  const module = placed.get(handler.file) as PlacedModule;
  const usesLib = own.length < handler.modules.size;
  generateFiles(tree, templates, root, {
    name,
    packageName: scope + name,
    contractName: camelCase(name),
    ...{ method: from.method, path: from.path, access: from.access, summary: description },
    permissions,
    ...{ exportName: handler.exportName, hasCallback: handler.hasCallback, isUntyped: handler.isUntyped },
    module: specifierOf(module, root, lib),
    environment: inTests(environment),
    dependencies: {
      ...{ '@nanoservices/endpoint': '*' },
      ...(usesLib && { [lib.packageName]: '*' }),
      ...needed.dependencies,
    },
    lambda: {
      ...lambda,
      ...(Object.keys(environment.taken).length > 0 && { environment: environment.taken }),
      ...(needed.usesSdkOfRuntime && { awsSdk: 'runtime' }),
    },
  });
  // The endpoint is ES modules. Without a type, Node and bundlers go by the syntax of the old files, as they did.
  const isNeeded = packages.type !== 'module' && own.some(({ path }) => /\.[jt]sx?$/.test(path));
  if (isNeeded) writeJson(tree, `${root}/${originalFolder}/package.json`, { type: packages.type });
}

/** Environment variables for the spec of an endpoint. */
function inTests({ taken, missing }: AdoptedHandler['function']['environment']): [string, string][] {
  const values = { stage: 'test', region: 'us-east-1', account: '000000000000' };
  return [
    ...Object.entries(fillEnvironment(taken, values)),
    ...missing.map((name): [string, string] => [name, 'test']),
  ];
}

function packagesOf(modules: readonly PlacedModule[], packages: OldPackages): NeededPackages {
  return neededPackages(
    modules.flatMap(({ module }) => [...module.packages]),
    packages,
  );
}

/** The import of a file of an old project in the handler.ts of an endpoint. */
function specifierOf({ package: owner, path }: PlacedModule, root: string, lib: SharedLib): string {
  if (owner === lib.root) return `${lib.packageName}/${posix.relative(`${lib.root}/src`, path)}`;
  return `./${posix.relative(`${root}/src`, path)}`;
}

function writeLib(tree: Tree, shared: readonly PlacedModule[], lib: SharedLib, packages: OldPackages): void {
  writeJson(tree, `${lib.root}/package.json`, {
    name: lib.packageName,
    version: '0.0.0',
    private: true,
    type: packages.type,
    exports: { './*': './src/*' },
    dependencies: { '@nanoservices/endpoint': '*', ...packagesOf(shared, packages).dependencies },
  });
}

/** Types of handlers in JavaScript, for the handler.ts files that import them. */
function writeDeclarations(
  tree: Tree,
  endpoints: readonly PlannedEndpoint<FunctionRoute>[],
  placed: ReadonlyMap<string, PlacedModule>,
): void {
  const scripts = endpoints.map(({ route }) => route.handler).filter(({ file }) => /\.[cm]?jsx?$/.test(file));
  for (const [file, handlers] of Map.groupBy(scripts, (handler) => handler.file)) {
    const { path } = placed.get(file) as PlacedModule;
    const declaration = path.replace(/\.([cm]?)jsx?$/, '.d.$1ts');
    if (tree.exists(declaration)) continue;
    const names = [...new Set(handlers.map(({ exportName }) => exportName))];
    const lines = [
      "import type { LambdaHandler } from '@nanoservices/endpoint';\n",
      'declare const handler: LambdaHandler;\n',
      `export { ${names.map((name) => (name === 'handler' ? name : `handler as ${name}`)).join(', ')} };`,
    ];
    tree.write(declaration, `${lines.join('\n')}\n`);
  }
}
