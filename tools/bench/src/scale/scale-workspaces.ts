import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeScaleWorkspace } from '@nanoservices/workspace/scale-workspace';
import { targetsOf } from '@nanoservices/workspace/targets';

/** Workspaces with the same files, but for the plugin that makes projects of them. */
export interface ScaleWorkspaces extends Disposable {
  readonly ours: string;
  /** Its plugin reads nothing, and gives each project one target that does nothing. */
  readonly oneTarget: string;
  /** Its plugin reads nothing, and gives each project the targets that ours gives to an endpoint. */
  readonly sameTargets: string;
}

export function scaleWorkspaces(endpoints: number): ScaleWorkspaces {
  const original = fileURLToPath(new URL('../../../..', import.meta.url));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `scale-${endpoints}-`)));
  const [ours, oneTarget, sameTargets] = ['ours', 'one-target', 'same-targets'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  for (const root of [ours, oneTarget, sameTargets]) makeScaleWorkspace(original, root, endpoints);
  replacePlugin(oneTarget, { nothing: { executor: 'nx:noop' } });
  const project = { name: 'get-user', root: '{projectRoot}', hasSpecs: true, usesDatabase: true };
  replacePlugin(sameTargets, targetsOf({ type: 'endpoint', ...project }));
  return {
    ours,
    oneTarget,
    sameTargets,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function replacePlugin(root: string, targets: Record<string, unknown>): void {
  writeFileSync(join(root, 'tools/workspace/src/plugin.ts'), trivialPlugin(targets));
  const settings = { 'user.name': 'bench', 'user.email': 'bench@example.com', 'commit.gpgsign': 'false' };
  const author = Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`]);
  const git = { cwd: root, stdio: 'ignore' } as const;
  execFileSync('git', [...author, 'commit', '--all', '--message', 'trivial plugin'], git);
}

/** As little as a plugin can do: it reads nothing. */
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
