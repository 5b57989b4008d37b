import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** The environment of a fixture's Nx: without the daemon, and without what the test run sets for itself. */
export const nxEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  NX_DAEMON: 'false',
  NX_TUI: 'false',
  NX_CACHE_DIRECTORY: '.nx/cache',
  NO_COLOR: '1',
  FORCE_COLOR: undefined,
  CI: undefined,
  // Tests inside of a test are not counted.
  TEST_REPORTS: undefined,
  // A test run without the cache tests the cache all the same.
  NX_SKIP_NX_CACHE: undefined,
};

/** Runs the real Nx in a workspace, without its daemon. @returns its output @throws when it fails, with `stdout` and `stderr` */
export async function runNx(workspaceRoot: string, ...args: string[]): Promise<string> {
  const bin = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [bin, ...args], {
    cwd: workspaceRoot,
    env: nxEnvironment,
    maxBuffer: 2 ** 26,
  });
  return stdout + stderr;
}

/** A task that Nx has run. */
export interface RunTask {
  /** The project's name without a scope. */
  readonly project: string;
  readonly fromCache: boolean;
}

/** The tasks of one target in the output of Nx, in its static style. */
export function tasksIn(output: string, target: string): RunTask[] {
  const lines = output.matchAll(new RegExp(`nx run (?:@[\\w-]+/)?([\\w-]+):${target}(.*)`, 'g'));
  return [...lines].map(([, project = '', note = '']) => ({ project, fromCache: note.includes('cache') }));
}
