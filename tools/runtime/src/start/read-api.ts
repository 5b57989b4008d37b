import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Grants } from '@nanoservices/data-access/grants';
import type { PackedFunction } from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import type { ApiRoute } from '../gateway/router.ts';

/** The route of an endpoint, whichever function it is in, and what it needs of the database. */
export type EndpointRoute = Omit<ApiRoute, 'functionName'> & {
  readonly endpoint: string;
  readonly database: Grants;
};

/** What the contracts say. */
export interface ApiOfContracts {
  readonly routes: readonly EndpointRoute[];
  /** The OpenAPI document, as JSON. */
  readonly document?: string;
  /** Why there is none. */
  readonly undocumented?: string;
}

const program = fileURLToPath(new URL('print-api.ts', import.meta.url));

/**
 * Reads the contracts, as they are now.
 *
 * @throws UsageError when a contract cannot be read
 */
export function readApi(workspaceRoot: string): Promise<ApiOfContracts> {
  const env = {
    ...process.env,
    NODE_COMPILE_CACHE: join(workspaceRoot, 'node_modules/.cache/runtime/compiled'),
  };
  return new Promise((resolve, reject) => {
    execFile(
      process.execPath,
      [program, workspaceRoot],
      { env, maxBuffer: 2 ** 28 },
      (error, stdout, stderr) => {
        if (error) reject(new UsageError(`The contracts cannot be read.\n${stderr.trim()}`));
        else resolve(JSON.parse(stdout));
      },
    );
  });
}

/** The routes of the API: each leads to the function that its endpoint is packed into. */
export function apiRoutes(
  routes: readonly EndpointRoute[],
  functions: readonly PackedFunction[],
): ApiRoute[] {
  const byEndpoint = new Map(
    functions.flatMap(({ name, endpoints }) => endpoints.map((endpoint) => [endpoint.name, name] as const)),
  );
  return routes.flatMap(({ endpoint, database: _, ...route }) => {
    const functionName = byEndpoint.get(endpoint);
    return functionName === undefined ? [] : [{ ...route, functionName }];
  });
}
