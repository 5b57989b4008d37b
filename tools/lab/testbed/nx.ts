import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

/** Runs the real Nx in a workspace, without its daemon, and gives what it printed. It rejects with that when Nx fails. */
export async function runNx(workspaceRoot: string, ...args: string[]): Promise<string> {
  const bin = fileURLToPath(import.meta.resolve('nx/bin/nx.js'));
  const env = {
    ...process.env,
    NX_DAEMON: 'false',
    NX_TUI: 'false',
    NX_CACHE_DIRECTORY: '.nx/cache',
    NO_COLOR: '1',
    FORCE_COLOR: undefined,
    CI: undefined,
    // Whoever tests without the cache tests the cache all the same.
    NX_SKIP_NX_CACHE: undefined,
  };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [bin, ...args], {
    cwd: workspaceRoot,
    env,
    maxBuffer: 2 ** 26,
  });
  return stdout + stderr;
}
