import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** The files that Nx reads for its tasks. The first one that sets a variable wins. */
const files = ['.env.local', '.local.env', '.env'];

/**
 * Reads the .env files in the root of a workspace into `process.env`, as Nx does before it runs a task, so that a command sees
 * the same variables with and without Nx. A variable of the environment wins.
 */
export async function loadEnvironment(workspaceRoot: string): Promise<void> {
  if (process.env.NX_LOAD_DOT_ENV_FILES === 'false') return;
  const found = files.map((file) => join(workspaceRoot, file)).filter((file) => existsSync(file));
  if (found.length === 0) return;
  // Nx's own reader: quotes, comments and references to other variables mean the same.
  const { loadAndExpandDotEnvFile } = await import('nx/src/tasks-runner/task-env.js');
  loadAndExpandDotEnvFile(found, process.env as Record<string, string>);
}
