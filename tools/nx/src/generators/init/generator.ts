import { existsSync } from 'node:fs';
import { join, posix } from 'node:path';
import {
  type FolderOptions,
  findHandler,
  folderOptions,
  foldersOf,
  pluginOptions,
  refusePlugAndPlay,
  refuseStrangers,
  topologyFile,
  UsageError,
} from '@nanoservices/model';
import { type GeneratorCallback, type NxJsonConfiguration, parseJson, type Tree } from '@nx/devkit';
import { oldNodeAdvice } from '../../command-line/node-version.ts';
import { formatChanges } from '../format-changes.ts';
import { withPlugin } from './nx-json.ts';

/**
 * `nx g @nanoservices/nx:init`, which `nx add` runs: adds the plugin to nx.json, and topology.json. A second run changes nothing.
 *
 * @throws UsageError that names the option: nothing is written when a folder is not possible
 */
export default async function initGenerator(tree: Tree, options: FolderOptions): Promise<GeneratorCallback> {
  refusePlugAndPlay(tree.root);
  const text = tree.read('nx.json', 'utf8') ?? '{}\n';
  const before = (pluginOptions((parseJson(text) as NxJsonConfiguration).plugins) ?? {}) as FolderOptions;
  const given = Object.fromEntries(
    folderOptions.flatMap((key) => (options[key] === undefined ? [] : [[key, options[key]]])),
  );
  const folders = foldersOf({ ...before, ...given });
  const old = foldersOf(before).functions;
  if (old !== folders.functions) leave(tree, old, folders.functions);
  try {
    refuseStrangers(tree.root, folders);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${folders.functions} is the folder of the endpoints, and has something else: ${error.message} Or choose another folder: npx nx g @nanoservices/nx:init --functionsFolder services/api`,
    );
  }
  const changed = withPlugin(text, given);
  if (changed !== text) tree.write('nx.json', changed);
  const topology = `${folders.functions}/${topologyFile}`;
  if (!tree.exists(topology)) tree.write(topology, topologyText(tree.root, folders.functions));
  await formatChanges(tree);
  return () => {
    console.log(
      '\nThe first endpoint: npx nx g @nanoservices/nx:endpoint get-greeting --route "GET /greetings/{name}" --access public',
    );
    const advice = oldNodeAdvice();
    if (advice) console.log(advice);
  };
}

/** Moves topology.json to another folder. Refuses to leave endpoints behind. */
function leave(tree: Tree, from: string, to: string): void {
  const old = tree.children(from);
  if (old.length === 0) return;
  if (old.length === 1 && old[0] === topologyFile) {
    if (!tree.exists(`${to}/${topologyFile}`))
      tree.rename(`${from}/${topologyFile}`, `${to}/${topologyFile}`);
    return;
  }
  const hasEndpoints = old.some((resource) =>
    tree
      .children(`${from}/${resource}`)
      .some((name) => findHandler(tree.root, `${from}/${resource}/${name}`)),
  );
  if (!hasEndpoints && !tree.exists(`${from}/${topologyFile}`)) return;
  throw new UsageError(
    `--functionsFolder: the endpoints are in ${from}. Move them first (git mv ${from} ${to}), and adapt the globs of the packages of the workspace.`,
  );
}

function topologyText(workspaceRoot: string, folder: string): string {
  const schema = 'node_modules/@nanoservices/model/schemas/topology.schema.json';
  // pnpm puts only the packages there that the root's package.json declares.
  const hasSchema = existsSync(join(workspaceRoot, schema));
  const content = {
    ...(hasSchema && { $schema: posix.join(posix.relative(folder, '.'), schema) }),
    active: 'nano',
    topologies: { nano: [] },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}
