import { readLayout, topologyFile, UsageError } from '@nanoservices/model';
import { type GeneratorCallback, installPackagesTask, type Tree, updateJson } from '@nx/devkit';

export interface RemoveEndpointOptions {
  readonly name: string;
  readonly skipInstall?: boolean;
}

/**
 * `nx g remove-endpoint get-item`: removes an endpoint, and its isolation in functions/topology.json.
 *
 * @throws UsageError when there is none of this name, another endpoint calls it, or a unit would be left empty
 */
export default async function removeEndpointGenerator(
  tree: Tree,
  { name, skipInstall }: RemoveEndpointOptions,
): Promise<GeneratorCallback> {
  const { endpoints, units, topologies } = readLayout(tree.root);
  const endpoint = endpoints.find((one) => one.name === name);
  if (!endpoint) {
    const choices = endpoints.map((one) => one.name).join(', ');
    throw new UsageError(`There is no endpoint "${name}". There are: ${choices}.`);
  }
  const callers = endpoints.filter(({ dependencies }) => dependencies.includes(endpoint.packageName));
  if (callers.length > 0) {
    const who = callers.map((one) => one.name).join(', ');
    throw new UsageError(`${name} is called by ${who}: remove the call and the dependency there first.`);
  }
  const emptied = units.find((unit) => unit.endpoints.length === 1 && unit.endpoints[0]?.name === name);
  if (emptied) {
    throw new UsageError(
      `${name} is the only endpoint of the unit "${emptied.name}": remove ${emptied.root}/package.json first.`,
    );
  }
  tree.delete(endpoint.root);
  const { isolation } = topologies;
  if (typeof isolation === 'object' && name in isolation) {
    updateJson(tree, topologyFile, (file) => {
      delete file.isolation[name];
      return file;
    });
  }
  return () => {
    if (!skipInstall) installPackagesTask(tree, true);
  };
}
