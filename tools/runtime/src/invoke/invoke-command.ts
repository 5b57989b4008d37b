import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findPacked } from '@nanoservices/workspace/function-settings';
import { readPacking } from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { parseInvokeOptions, usage } from './invoke-options.ts';

/**
 * `invoke <endpoint>`: runs one endpoint's built function once and prints its answer.
 *
 * Exit codes: 0 the function answered (also with an HTTP error), 1 it failed, 2 wrong usage.
 */
const workspaceRoot = fileURLToPath(new URL('../../../..', import.meta.url));

try {
  const options = parseInvokeOptions(process.argv.slice(2));
  if (options.help) {
    console.log(usage);
  } else {
    findPacked(options.endpoint, readPacking(workspaceRoot));
    if (!options.built) build(options.endpoint);
    const { runOnce } = await import('./run-once.ts');
    process.exitCode = (await runOnce(options, workspaceRoot)) ? 0 : 1;
  }
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

/** As `nx run <endpoint>:invoke` does before it calls us; silent when it succeeds. */
function build(endpoint: string): void {
  const nx = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));
  try {
    execFileSync(process.execPath, [nx, 'run', `${endpoint}:build`], { cwd: workspaceRoot, stdio: 'pipe' });
  } catch (error) {
    const { stdout, stderr } = error as { stdout: Buffer; stderr: Buffer };
    throw new UsageError(`${endpoint} could not be built.\n${stdout}${stderr}`.trim());
  }
}
