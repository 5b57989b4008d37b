/**
 * `node print-routes.ts <workspace root>`: prints the routes of all contracts as JSON. A process of its own, since a
 * module that has been imported once stays as it was.
 */
import { readContract } from '../contract-file.ts';
import { findEndpoints, findFunction } from '../function-registry.ts';
import type { ApiRoute } from '../gateway/router.ts';
import { UsageError } from '../usage-error.ts';

const workspaceRoot = process.argv[2] as string;

try {
  const endpoints = findEndpoints(workspaceRoot);
  const routes = await Promise.all(
    [...endpoints.keys()].map(async (functionName): Promise<ApiRoute> => {
      const found = findFunction(functionName, workspaceRoot, endpoints);
      const { method, path, access } = await readContract(found);
      return { functionName, method, path, access };
    }),
  );
  console.log(JSON.stringify(routes));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
