import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  deployOrder,
  isHandlerFile,
  isWorkspacePackage,
  type Layout,
  readFolders,
  readLayout,
  refuseShared,
  UsageError,
  workspaceGlobs,
} from '@nanoservices/model';
import {
  type CreateNodes,
  type CreateNodesResult,
  createNodesFromFiles,
  type ProjectConfiguration,
} from '@nx/devkit';
import { namedInputs } from './inputs.ts';
import { isOwnFile, projectFiles } from './own-files.ts';
import { type Project, projectOf } from './project.ts';
import { projectInputs, targetInputs } from './target-inputs.ts';
import { type PluginOptions, type TargetNames, targetNames } from './target-names.ts';
import { databaseTag, databaseTargets, targetsOf } from './targets.ts';

export const name = '@nanoservices/nx';

/**
 * The Nx plugin: makes a project of the workspace, of every endpoint (`functions/<resource>/<endpoint>/src/handler.*`),
 * unit (a package.json with a `"unit"` in `functions` or `functions/<folder>`), lib and tool, with all its targets. No
 * project needs its own configuration file. A lib or tool that has one keeps its targets, and gets none. Options in nx.json give the
 * folders other names.
 */
export const createNodes: CreateNodes<PluginOptions> = [
  projectFiles,
  async (found, options, context) => {
    const { workspaceRoot, nxJsonConfiguration } = context;
    const folders = await printingMistakes(() => readFolders(workspaceRoot));
    const files = found.filter(isOwnFile(folders));
    const handlers = files.filter(isHandlerFile);
    const layout = await printingMistakes(() => {
      refuseShared(workspaceRoot, folders);
      return readLayout(workspaceRoot, handlers);
    });
    const order = orderOf(layout);
    const packageOf = new Map(
      [...layout.endpoints, ...layout.units].map((one) => [one.name, one.packageName]),
    );
    const names = targetNames(options);
    const named = nxJsonConfiguration.namedInputs ?? {};
    const missingInputs = Object.fromEntries(
      Object.entries(projectInputs).filter(([input]) => !(input in named)),
    );
    const inputs = targetInputs(named, { folders, workspaceRoot });
    const isPackage = await printingMistakes(() => isWorkspacePackage(workspaceGlobs(workspaceRoot)));
    const hasBiome = hasBiomeConfiguration(workspaceRoot);
    return createNodesFromFiles(
      async (file): Promise<CreateNodesResult> => {
        const project = await printingMistakes(() => projectOf(layout, file, isPackage));
        if (!project) return {};
        if (project.isForeign) return { projects: { [project.root]: foreignDatabase(project, names) } };
        const { type, root, resource, endpointPackages, isNamed } = project;
        const callees = order?.get(project.name)?.flatMap((callee) => packageOf.get(callee) ?? []) ?? [];
        return {
          projects: {
            [root]: {
              root,
              ...(type !== 'workspace' && { sourceRoot: `${root}/src` }),
              // Nx applies a name from package.json or project.json later.
              ...(type === 'workspace' && !isNamed && { name: 'workspace' }),
              projectType: type === 'endpoint' || type === 'unit' ? 'application' : 'library',
              tags: [
                `type:${type}`,
                ...(resource ? [`resource:${resource}`] : []),
                // Deployed in the active topology.
                ...(order?.has(project.name) ? ['function'] : []),
                ...(project.isDatabase ? [databaseTag] : []),
              ],
              // A unit has no sources from which Nx could tell its dependencies.
              ...(endpointPackages && { implicitDependencies: [...endpointPackages] }),
              namedInputs: { ...missingInputs, ...namedInputs(project, folders) },
              targets: targetsOf(project, {
                names,
                workspaceRoot,
                inputs,
                hasBiome,
                isDeployed: order?.has(project.name) ?? true,
                callees,
                hasDatabase: layout.database !== undefined,
              }),
            },
          },
        };
      },
      files,
      options,
      context,
    );
  },
];

/** A lib that something else configures: it gets nothing but what only this plugin can give it. */
function foreignDatabase({ root }: Project, names: TargetNames): ProjectConfiguration {
  return { root, tags: [databaseTag], targets: databaseTargets(names) };
}

/** @see https://biomejs.dev/guides/configure-biome/#configuration-file-resolution */
function hasBiomeConfiguration(workspaceRoot: string): boolean {
  const files = ['biome.json', 'biome.jsonc', '.biome.json', '.biome.jsonc'];
  return files.some((file) => existsSync(join(workspaceRoot, file)));
}

/** Time for Nx to pass on what this process has printed: with the error, it lets go of the pipe. */
const printMs = 250;

/**
 * Prints the mistake that an action finds in a file: some commands of Nx, such as run-many, print no more of a plugin's error
 * than that there is one.
 */
async function printingMistakes<Result>(action: () => Result): Promise<Result> {
  try {
    return action();
  } catch (error) {
    if (error instanceof UsageError) {
      console.error(error.message);
      await sleep(printMs);
    }
    throw error;
  }
}

/** The functions to deploy before each; undefined when the topology is invalid, which `deploy` tells. */
function orderOf(layout: Layout): Map<string, string[]> | undefined {
  try {
    return deployOrder(layout);
  } catch (error) {
    if (error instanceof UsageError) return undefined;
    throw error;
  }
}
