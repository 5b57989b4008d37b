import { existsSync } from 'node:fs';
import { join, relative } from 'node:path';
import { UsageError } from '@nanoservices/model';

/** The files that Nx reads for its tasks. The first one that sets a variable wins. */
const files = ['.env.local', '.local.env', '.env'];

/** The end of a tunnel to the database of one stage. In a file it would count for every stage. */
const ofOneStage = 'DEPLOY_DATABASE_URL';

/**
 * Reads the .env files in the root of a workspace into `process.env`, as Nx does before it runs a task, so that a command sees
 * the same variables with and without Nx. A variable of the environment wins.
 */
export async function loadEnvironment(workspaceRoot: string): Promise<void> {
  await readInto(process.env, filesOf(workspaceRoot));
}

/**
 * Checks that no .env file sets the database of a stage. Nx puts the variables of these files into the environment of its
 * tasks, so the files are checked.
 *
 * @throws UsageError that names the file
 */
export async function refuseStageVariables(workspaceRoot: string): Promise<void> {
  for (const file of filesOf(workspaceRoot)) {
    const variables: NodeJS.ProcessEnv = {};
    await readInto(variables, [file]);
    if (variables[ofOneStage] === undefined) continue;
    throw new UsageError(
      `${relative(workspaceRoot, file)}: ${ofOneStage} would count for every stage. Remove it, and set it for one command: ${ofOneStage}=postgres://... npx nanos deploy --stage ...`,
    );
  }
}

function filesOf(workspaceRoot: string): string[] {
  if (process.env.NX_LOAD_DOT_ENV_FILES === 'false') return [];
  return files.map((file) => join(workspaceRoot, file)).filter((file) => existsSync(file));
}

async function readInto(variables: NodeJS.ProcessEnv, paths: string[]): Promise<void> {
  if (paths.length === 0) return;
  // Nx's own reader: quotes, comments and references to other variables mean the same.
  const { loadAndExpandDotEnvFile } = await import('nx/src/tasks-runner/task-env.js');
  loadAndExpandDotEnvFile(paths, variables as Record<string, string>);
}
