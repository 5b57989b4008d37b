import { fileURLToPath } from 'node:url';
import {
  type ContractFacts,
  kebabCase,
  mistakeInRoute,
  readWorkspace,
  refuseConflictingParameters,
  refusePlugAndPlay,
  routeShape,
  siblingRange,
  UsageError,
  type Workspace,
} from '@nanoservices/model';
import { type GeneratorCallback, generateFiles, logger, type Tree } from '@nx/devkit';
import { refuseOldNode } from '../../command-line/node-version.ts';
import { formatChanges } from '../format-changes.ts';
import { installOrTell, joinWorkspace } from '../join-workspace.ts';
import { camelCase, scopeOf, sentence } from '../names.ts';
import { type PathParameter, pathParameters } from './path-parameters.ts';
import { type WantedCall, type WantedRights, wantedCalls, wantedRights } from './wanted-rights.ts';

export interface EndpointOptions {
  readonly name: string;
  readonly route: string;
  readonly resource?: string;
  readonly access?: 'user' | 'public';
  /** Rights on tables: `orders.items:select+insert`. */
  readonly database?: readonly string[];
  /** Names of the endpoints that it calls. */
  readonly calls?: readonly string[];
  readonly skipInstall?: boolean;
}

/** An endpoint that is wanted, as its options describe it. */
interface WantedEndpoint {
  readonly name: string;
  readonly resource: string;
  readonly method: string;
  readonly path: string;
  readonly access: 'user' | 'public';
}

const routePattern = /^(?<method>[A-Z]+) (?<path>\/\S+)$/;

/** The version range of zod that endpoints get: that of @nanoservices/endpoint. */
export const zodVersion = '^4.6.7';

/**
 * `nx g endpoint get-item --route "GET /orders/{orderId}/items/{itemId}"`: adds an endpoint that works, to be filled with
 * its purpose. A second run with the same name and route changes nothing.
 *
 * @throws UsageError that names the option: nothing is written when a name or a route is not possible
 */
export default async function endpointGenerator(
  tree: Tree,
  options: EndpointOptions,
): Promise<GeneratorCallback> {
  refuseOldNode();
  refusePlugAndPlay(tree.root);
  const workspace = await readWorkspace(tree.root);
  const wanted = parseOptions(options);
  if (isThere(workspace, wanted)) {
    return () => console.log(`${wanted.name} is there already, with that route: nothing to do.`);
  }
  refuseTaken(workspace, wanted);
  const database = wantedRights(options.database ?? [], workspace);
  const calls = wantedCalls(options.calls ?? [], workspace);
  const root = `${workspace.folders.functions}/${wanted.resource}/${wanted.name}`;
  const params = await pathParameters(wanted.path, workspace);
  for (const param of params) warnOfText(param, workspace, root);
  const templates = fileURLToPath(new URL('files', import.meta.url));
  generateFiles(tree, templates, root, {
    ...substitutions(workspace, wanted, params),
    ...{ database, calls },
    dependencies: dependenciesOf(workspace, params, database, calls),
  });
  joinWorkspace(tree, workspace);
  await formatChanges(tree);
  return () => {
    installOrTell(tree, options.skipInstall);
    console.log(`\nTry it: npx nx run ${wanted.name}:test, or npx nanos start.`);
  };
}

function parseOptions({ name, route, resource, access = 'user' }: EndpointOptions): WantedEndpoint {
  if (!kebabCase.test(name)) {
    throw new UsageError(`"${name}" is no name for an endpoint: it is kebab-case, as in get-order.`);
  }
  const { method, path } = routePattern.exec(route)?.groups ?? {};
  if (!method || !path) {
    throw new UsageError(
      `--route "${route}" is no route: it is a method and a path, as in "GET /orders/{orderId}/items".`,
    );
  }
  const mistake = mistakeInRoute({
    ...({ method, path } as Pick<ContractFacts, 'method' | 'path'>),
    access: 'public',
  });
  if (mistake) throw new UsageError(`--route: ${mistake}`);
  if (/^(?:ANY|HEAD|OPTIONS)$/.test(method)) {
    throw new UsageError(
      `--route "${route}": ${method} is for a plain Lambda handler, and endpoint() takes none. Write its contract by hand, or choose GET, POST, PUT, PATCH or DELETE.`,
    );
  }
  if (path.endsWith('+}')) {
    throw new UsageError(`--route "${route}": write a parameter for the rest of a path by hand.`);
  }
  const folder = resource ?? (path.split('/')[1] as string);
  if (!kebabCase.test(folder)) {
    throw new UsageError(`--resource: "${folder}" is no folder name: give one in kebab-case, as in orders.`);
  }
  return { name, method, path, resource: folder, access };
}

function isThere({ contracts }: Workspace, { name, method, path }: WantedEndpoint): boolean {
  const contract = contracts.get(name);
  return contract?.method === method && contract.path === path;
}

function refuseTaken({ endpoints, units, contracts }: Workspace, wanted: WantedEndpoint): void {
  const { name, method, path } = wanted;
  const taken = [...endpoints, ...units].find((one) => one.name === name);
  if (taken) throw new UsageError(`There is a "${name}" already, in ${taken.root}. Choose another name.`);
  for (const contract of contracts.values()) {
    if (routeShape(contract) !== routeShape({ method, path })) continue;
    throw new UsageError(
      `--route "${method} ${path}" is that of ${contract.name}: ${contract.method} ${contract.path}. Choose another method or path.`,
    );
  }
  refuseConflictingParameters([
    ...contracts.values(),
    wanted as Pick<ContractFacts, 'name' | 'method' | 'path'>,
  ]);
}

/** Tells that a parameter has not got the schema of its name. */
function warnOfText({ name, withoutSample }: PathParameter, { schemas }: Workspace, root: string): void {
  if (withoutSample === undefined) return;
  logger.warn(
    `{${name}} is z.string() in ${root}/src/contract.ts, not ${withoutSample}: no text is known that ${withoutSample} accepts in a path. ` +
      `Write the schema there yourself, and a value into handler.spec.ts; or first add an example to the documentation of ${schemas?.packageName}, which this generator uses. A number in a path needs z.coerce.number().`,
  );
}

function substitutions(
  workspace: Workspace,
  { name, method, path, access }: WantedEndpoint,
  params: readonly PathParameter[],
): Record<string, unknown> {
  const hasBody = method === 'POST' || method === 'PUT' || method === 'PATCH';
  const schemas = [...new Set(params.flatMap(({ exportName }) => exportName ?? []))].sort();
  const schemaPackage = workspace.schemas?.packageName;
  const samples = [...params.map(({ sample }) => sample), ...(hasBody ? ['hello'] : [])];
  return {
    name,
    packageName: scopeOf(workspace) + name,
    contractName: camelCase(name),
    summary: sentence(name),
    method,
    path,
    access,
    params,
    schemas,
    schemaPackage,
    hasBody,
    status: method === 'POST' ? 201 : 200,
    inputs: [...(params.length > 0 ? ['params'] : []), ...(hasBody ? ['body'] : [])],
    values: [...params.map((param) => `params.${param.name}`), ...(hasBody ? ['body.note'] : [])],
    message: samples.length > 0 ? `${name}: ${samples.join(', ')}` : name,
  };
}

/** Everything that the new files import, and the lib that queries the tables: a build refuses the rest. */
function dependenciesOf(
  { root, schemas, database }: Workspace,
  params: readonly PathParameter[],
  rights: readonly WantedRights[],
  calls: readonly WantedCall[],
): Record<string, string> {
  const own = calls.map(({ packageName }) => packageName);
  if (schemas && params.some(({ exportName }) => exportName)) own.push(schemas.packageName);
  if (database && rights.length > 0) own.push(database.packageName);
  const range = siblingRange(root);
  const all: [string, string][] = [
    // The root's package.json has the version.
    ['@nanoservices/endpoint', '*'],
    ...own.map((name): [string, string] => [name, range]),
    ['zod', zodVersion],
  ];
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}
