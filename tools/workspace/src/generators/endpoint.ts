import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { type GeneratorCallback, installPackagesTask, type Tree } from '@nx/devkit';
import { readContract, routeShape } from '../contract-file.ts';
import { type Packing, readPacking } from '../topology.ts';
import { UsageError } from '../usage-error.ts';
import { type EndpointParts, endpointFiles } from './endpoint-files.ts';

export interface EndpointOptions {
  readonly name: string;
  readonly route: string;
  readonly resource?: string;
  readonly access?: 'user' | 'public';
  readonly skipInstall?: boolean;
}

const kebabCase = /^[a-z][a-z\d]*(?:-[a-z\d]+)*$/;
const routePattern =
  /^(?<method>GET|POST|PUT|PATCH|DELETE) (?<path>\/(?:[\w~.-]+|\{[a-z]\w*\})(?:\/(?:[\w~.-]+|\{[a-z]\w*\}))*)$/;

/**
 * `nx g endpoint get-score --route "GET /games/{gameId}/scores/{scoreId}"`: adds an endpoint that works, to be filled
 * with what it is for. Nothing is written when a name or a route is not possible.
 *
 * @throws UsageError that says what is wrong with which option
 */
export default async function endpointGenerator(
  tree: Tree,
  options: EndpointOptions,
): Promise<GeneratorCallback> {
  const packing = readPacking(tree.root);
  const parts = parseOptions(options, packing);
  await refuseTakenRoute(tree.root, parts, packing);
  const root = `functions/${parts.resource}/${parts.name}`;
  for (const [file, text] of Object.entries(endpointFiles(parts))) tree.write(`${root}/${file}`, text);
  return () => {
    if (!options.skipInstall) installPackagesTask(tree, true);
    // Templates cannot know where lines of other names break.
    const biome = join(tree.root, 'node_modules/@biomejs/biome/bin/biome');
    execFileSync(process.execPath, [biome, 'check', '--write', root], { cwd: tree.root, stdio: 'ignore' });
    console.log(`\nTry it: npx nx run ${parts.name}:test, or npm start.`);
  };
}

function parseOptions(
  { name, route, resource, access = 'user' }: EndpointOptions,
  packing: Packing,
): EndpointParts {
  if (!kebabCase.test(name)) {
    throw new UsageError(`"${name}" is no name for an endpoint: it is kebab-case, as in get-score.`);
  }
  const taken = [...packing.endpoints, ...packing.units].find((one) => one.name === name);
  if (taken) throw new UsageError(`There is a "${name}" already, in ${taken.root}. Choose another name.`);
  const { method, path } = routePattern.exec(route)?.groups ?? {};
  if (!method || !path) {
    throw new UsageError(
      `--route "${route}" is no route: it is a method and a path, as in "GET /games/{gameId}/scores".`,
    );
  }
  const params = [...path.matchAll(/\{(\w+)\}/g)].map(([, param]) => param as string);
  const twice = params.find((param, index) => params.indexOf(param) !== index);
  if (twice) throw new UsageError(`--route "${route}" has the parameter {${twice}} twice.`);
  const folder = resource ?? (path.split('/')[1] as string);
  if (!kebabCase.test(folder)) {
    throw new UsageError(`--resource: "${folder}" is no folder name: give one in kebab-case, as in games.`);
  }
  return { name, method, path, params, resource: folder, access };
}

async function refuseTakenRoute(
  workspaceRoot: string,
  { method, path }: EndpointParts,
  { endpoints }: Packing,
): Promise<void> {
  for (const endpoint of endpoints) {
    const contract = await readContract(workspaceRoot, endpoint);
    if (routeShape(contract) === routeShape({ method, path })) {
      throw new UsageError(
        `--route "${method} ${path}" is that of ${endpoint.name}: ${contract.method} ${contract.path}.`,
      );
    }
  }
}
