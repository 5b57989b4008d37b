import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { exitCodes } from '../command-line/exit-codes.ts';

/** A failed task of Nx, such as a build of code with an error. */
class TaskFailed extends Error {
  readonly exitCode = exitCodes.failed;
}

/**
 * Runs Nx, silently when it succeeds.
 *
 * @param problem - the sentence before its output when it fails
 * @throws TaskFailed with both streams of Nx
 */
export function runQuietly(workspaceRoot: string, args: readonly string[], problem: string): void {
  const nx = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));
  try {
    execFileSync(process.execPath, [nx, ...args], { cwd: workspaceRoot, stdio: 'pipe', maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    throw new TaskFailed(`${problem}\n${stdout}${stderr}`.trim(), { cause: error });
  }
}
