import { readLayout, settingsPath, topologyFile, trafficFile, UsageError } from '@nanoservices/model';
import { type GeneratorCallback, installPackagesTask, readJson, type Tree, writeJson } from '@nx/devkit';
import { formatChanges } from '../format-changes.ts';

export interface RemoveEndpointOptions {
  readonly name: string;
  readonly skipInstall?: boolean;
}

/**
 * `nx g remove-endpoint get-item`: removes an endpoint, its isolation in topology.json and its rate in
 * traffic.json.
 *
 * @throws UsageError when there is none of this name, another endpoint calls it, or a unit would be left empty
 */
export default async function removeEndpointGenerator(
  tree: Tree,
  { name, skipInstall }: RemoveEndpointOptions,
): Promise<GeneratorCallback> {
  const { endpoints, units } = readLayout(tree.root);
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
  removeKey(tree, settingsPath(tree.root, topologyFile), name, (file) => file.isolation);
  removeKey(tree, settingsPath(tree.root, trafficFile), name, (file) => file.endpoints);
  await formatChanges(tree);
  return () => {
    if (!skipInstall) installPackagesTask(tree, true);
  };
}

type Json = Readonly<Record<string, unknown>>;

/** Removes a key of an object in a JSON file, if the file is there and has it. */
function removeKey(tree: Tree, path: string, key: string, objectIn: (file: Json) => unknown): void {
  if (!tree.exists(path)) return;
  const file = readJson<Json>(tree, path);
  const object = objectIn(file);
  if (typeof object !== 'object' || object === null || !Object.hasOwn(object, key)) return;
  delete (object as Record<string, unknown>)[key];
  writeJson(tree, path, file);
}
