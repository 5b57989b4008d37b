import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { initialiseGit } from './initialise-git.ts';
import { type RunOptions, run } from './run.ts';
import { staged } from './staging.ts';
import type { Target } from './target.ts';
import { templatesFolder } from './templates.ts';
import { allowScripts, toolVersions, zodRange } from './versions.ts';
import { writeTemplate } from './write-template.ts';

export interface NewWorkspace {
  readonly target: Target;
  /** Name of a template. */
  readonly template: string;
  readonly scope: string;
  readonly git: boolean;
  /** Is told of each step. */
  readonly onStep?: (step: string) => void;
}

const biome = 'node_modules/@biomejs/biome/bin/biome';
const packageRoot = fileURLToPath(new URL('../', import.meta.url));

/**
 * Creates a workspace with its packages installed.
 *
 * @returns sentences about what was left out
 * @throws Error with npm's output, or Interrupted; nothing is left then
 */
export async function createWorkspace({
  target,
  template,
  scope,
  git,
  onStep = () => {},
}: NewWorkspace): Promise<string[]> {
  const notes: string[] = [];
  await staged(target.folder, async (folder, signal) => {
    onStep('Writing files');
    writeFiles(folder, target.name, template, scope);
    onStep('Installing packages');
    await install({ cwd: folder, signal });
    // The order of imports depends on the scope.
    await run(process.execPath, [biome, 'check', '--write', '.'], { cwd: folder, signal });
    if (!git) return;
    const note = await initialiseGit(folder);
    if (note) notes.push(note);
  });
  return notes;
}

function writeFiles(folder: string, name: string, template: string, scope: string): void {
  const { version } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
  const framework = ['@nanoservices/endpoint', '@nanoservices/nx'];
  const devDependencies = { ...Object.fromEntries(framework.map((one) => [one, version])), ...toolVersions };
  const values = {
    name,
    scope,
    zod: zodRange,
    devDependencies: indented(devDependencies),
    allowScripts: indented(allowScripts),
  };
  for (const part of ['base', template]) writeTemplate(join(templatesFolder, part), folder, values);
}

/** JSON as the value of a key of an object. */
function indented(value: object): string {
  return JSON.stringify(value, null, 2).replaceAll('\n', '\n  ');
}

async function install(options: RunOptions): Promise<void> {
  // The npm that runs this command, where one does.
  const { npm_execpath: npm } = process.env;
  const args = ['install', '--no-audit', '--no-fund', '--no-progress'];
  if (npm && /npm-cli\.js$/.test(npm)) await run(process.execPath, [npm, ...args], options);
  else await run('npm', args, options);
}
