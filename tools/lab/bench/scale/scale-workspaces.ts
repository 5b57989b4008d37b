import { createNodes } from '@nanoservices/nx';
import { scaleWorkspace } from '../../testbed/scale/scale-workspace.ts';
import type { WorkspaceFixture } from '../../testbed/workspace-fixture.ts';

/** Roots of workspaces with the same files, but for the plugin that infers projects. */
export interface ScaleWorkspaces extends AsyncDisposable {
  readonly ours: string;
  /** A workspace whose plugin reads nothing, and gives each project one target that does nothing. */
  readonly oneTarget: string;
  /** A workspace whose plugin reads nothing, and gives each project the targets of an endpoint of ours. */
  readonly sameTargets: string;
}

export async function scaleWorkspaces(endpoints: number): Promise<ScaleWorkspaces> {
  const [ours, oneTarget, sameTargets] = [0, 1, 2].map(() => scaleWorkspace(endpoints)) as [
    WorkspaceFixture,
    WorkspaceFixture,
    WorkspaceFixture,
  ];
  replacePlugin(oneTarget, { nothing: { executor: 'nx:noop' } });
  replacePlugin(sameTargets, await targetsOfAnEndpoint(ours.root));
  return {
    ours: ours.root,
    oneTarget: oneTarget.root,
    sameTargets: sameTargets.root,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([ours, oneTarget, sameTargets].map((one) => one.delete()));
    },
  };
}

/** The targets that our plugin infers for an endpoint. */
async function targetsOfAnEndpoint(workspaceRoot: string): Promise<Record<string, unknown>> {
  const [, infer] = createNodes;
  const file = 'functions/orders/create-order/src/handler.ts';
  const nodes = await infer([file], undefined, { workspaceRoot, nxJsonConfiguration: {} });
  const [project] = nodes.flatMap(([, { projects = {} }]) => Object.values(projects));
  if (!project?.targets) throw new Error(`Our plugin infers no target for ${file}.`);
  return project.targets;
}

function replacePlugin(workspace: WorkspaceFixture, targets: Record<string, unknown>): void {
  workspace.write('tools/nx/src/plugin/plugin.ts', trivialPlugin(targets));
  workspace.commit('trivial plugin');
}

/** A plugin that does as little as a plugin can: it reads nothing. */
const trivialPlugin = (
  targets: Record<string, unknown>,
) => `import { createNodesFromFiles } from '@nx/devkit';

const targets = ${JSON.stringify(targets, null, 2)};

export const createNodes = [
  '{functions/*/*/src/handler.ts,functions/package.json,functions/*/package.json,libs/*/package.json,tools/*/package.json}',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const root = file.replace(/\\/(?:src\\/handler\\.ts|package\\.json)$/, '');
        return { projects: { [root]: { root, targets } } };
      },
      files,
      options,
      context,
    ),
];
`;
