import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { UsageError } from '@nanoservices/model';

/**
 * Runs Nx, silently when it succeeds.
 *
 * @param problem - the sentence before its output when it fails
 * @throws UsageError with both streams of Nx
 */
export function runQuietly(workspaceRoot: string, args: readonly string[], problem: string): void {
  const nx = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));
  try {
    execFileSync(process.execPath, [nx, ...args], { cwd: workspaceRoot, stdio: 'pipe', maxBuffer: 2 ** 26 });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    throw new UsageError(`${problem}\n${stdout}${stderr}`.trim());
  }
}
