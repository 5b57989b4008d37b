import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeScaleWorkspace } from '@nanoservices/workspace/scale-workspace';

/** Two workspaces with the same files, but for the plugin that makes projects of them. */
export interface ScaleWorkspaces extends Disposable {
  readonly ours: string;
  /** Its plugin makes the same projects, each with one target that does nothing. */
  readonly trivial: string;
}

export function scaleWorkspaces(endpoints: number): ScaleWorkspaces {
  const original = fileURLToPath(new URL('../../../..', import.meta.url));
  const folder = realpathSync(mkdtempSync(join(tmpdir(), `scale-${endpoints}-`)));
  const [ours, trivial] = [join(folder, 'ours'), join(folder, 'trivial')];
  makeScaleWorkspace(original, ours, endpoints);
  makeScaleWorkspace(original, trivial, endpoints);
  writeFileSync(join(trivial, 'tools/workspace/src/plugin.ts'), trivialPlugin);
  const author = [
    '-c',
    'user.name=bench',
    '-c',
    'user.email=bench@example.com',
    '-c',
    'commit.gpgsign=false',
  ];
  const git = { cwd: trivial, stdio: 'ignore' } as const;
  execFileSync('git', [...author, 'commit', '--all', '--message', 'trivial plugin'], git);
  return { ours, trivial, [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }) };
}

/** As little as a plugin can do: it reads nothing. */
const trivialPlugin = `import { createNodesFromFiles } from '@nx/devkit';

export const createNodes = [
  '{functions/*/*/src/handler.ts,functions/package.json,functions/*/package.json,libs/*/package.json,tools/*/package.json}',
  (files, options, context) =>
    createNodesFromFiles(
      (file) => {
        const root = file.replace(/\\/(?:src\\/handler\\.ts|package\\.json)$/, '');
        return { projects: { [root]: { root, targets: { noop: { executor: 'nx:noop' } } } } };
      },
      files,
      options,
      context,
    ),
];
`;
