import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/**
 * Starts a shell that becomes the supervisor when this one is killed: a server without supervisor would never stop. Its
 * input is a pipe that the operating system closes with this process, however that ends.
 */
export function startStandIn(workspaceRoot: string): { dismiss(): void } {
  const script = fileURLToPath(new URL('supervisor.ts', import.meta.url));
  const child = spawn('/bin/sh', ['-c', 'read -r _ || exec "$NODE" --no-warnings "$SCRIPT" "$ROOT"'], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      DATABASE_LINGER_MS: process.env.DATABASE_LINGER_MS,
      // Not as arguments: a search for supervisors finds those that work.
      NODE: process.execPath,
      SCRIPT: script,
      ROOT: workspaceRoot,
    },
  });
  child.unref();
  // The shell may have been killed.
  child.stdin.on('error', () => {});
  return {
    dismiss: () => {
      child.stdin.end('dismissed\n');
    },
  };
}
