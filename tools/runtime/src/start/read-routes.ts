import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ApiRoute } from '../gateway/router.ts';
import { UsageError } from '../usage-error.ts';

const program = fileURLToPath(new URL('print-routes.ts', import.meta.url));

/**
 * Reads the routes from the contracts, as they are now.
 *
 * @throws UsageError when a contract cannot be read
 */
export function readRoutes(workspaceRoot: string): Promise<ApiRoute[]> {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(workspaceRoot, 'node_modules/.cache/runtime/compiled'),
  };
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, workspaceRoot], { env }, (error, stdout, stderr) => {
      if (error) reject(new UsageError(`The routes cannot be read.\n${stderr.trim()}`));
      else resolve(JSON.parse(stdout));
    });
  });
}
