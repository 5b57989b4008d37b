import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The files that Nx reads for its tasks. The first one that sets a variable wins. */
export const environmentFileNames: readonly string[] = ['.env.local', '.local.env', '.env'];

/**
 * Reads the .env files in the root of a workspace into `process.env`, as Nx does before it runs a task, so that a command sees
 * the same variables with and without Nx. A variable of the environment wins.
 */
export async function loadEnvironment(workspaceRoot: string): Promise<void> {
  await readFiles(environmentFiles(workspaceRoot), process.env);
}

/** @returns the absolute paths of the .env files that Nx reads */
export function environmentFiles(workspaceRoot: string): string[] {
  if (process.env.NX_LOAD_DOT_ENV_FILES === 'false') return [];
  return environmentFileNames.map((file) => join(workspaceRoot, file)).filter((file) => existsSync(file));
}

/** Reads files into variables, and keeps those that are set. */
export async function readFiles(paths: string[], variables: NodeJS.ProcessEnv): Promise<void> {
  if (paths.length === 0) return;
  // Nx's own reader: quotes, comments and references to other variables mean the same.
  const { loadAndExpandDotEnvFile } = await import('nx/src/tasks-runner/task-env.js');
  loadAndExpandDotEnvFile(paths, variables as Record<string, string>);
}
