import { type CreateNodes, type CreateNodesResult, createNodesFromFiles } from '@nx/devkit';
import { deployOrder } from './deploy-order.ts';
import { namedInputs } from './inputs.ts';
import { projectReader } from './project.ts';
import { targetsOf } from './targets.ts';
import { endpointsOf } from './topology.ts';

/**
 * The Nx plugin of this workspace: makes a project of every endpoint (`functions/<resource>/<endpoint>/src/handler.ts`),
 * unit (a package.json with a `"unit"` in `functions` or `functions/<folder>`), lib and tool, with all its targets. No project needs a configuration file of its own.
 */
export const createNodes: CreateNodes = [
  '{functions/*/*/src/handler.ts,functions/package.json,functions/*/package.json,libs/*/package.json,tools/*/package.json}',
  (files, options, context) => {
    const { workspaceRoot } = context;
    const endpoints = endpointsOf(files.filter((file) => file.endsWith('/src/handler.ts')));
    const reader = projectReader(workspaceRoot, endpoints);
    const order = deployOrder(workspaceRoot, endpoints, reader.callsOf);
    return createNodesFromFiles(
      (file): CreateNodesResult => {
        const project = reader.read(file);
        if (!project) return {};
        return {
          projects: {
            [project.root]: {
              root: project.root,
              sourceRoot: `${project.root}/src`,
              projectType: project.type === 'endpoint' || project.type === 'unit' ? 'application' : 'library',
              tags: [
                `type:${project.type}`,
                ...(project.resource ? [`resource:${project.resource}`] : []),
                // Deployed in the active topology.
                ...(order?.has(project.name) ? ['function'] : []),
              ],
              // A unit has no sources of its own, from which Nx could tell what it depends on.
              ...(project.endpoints && {
                implicitDependencies: project.endpoints.map(({ name }) => `@nanoservices/${name}`),
              }),
              namedInputs: namedInputs(project),
              targets: targetsOf(project, order?.get(project.name)),
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
