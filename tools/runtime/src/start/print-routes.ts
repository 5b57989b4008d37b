/**
 * `node print-routes.ts <workspace root>`: prints the routes of all contracts as JSON. A process of its own, since a
 * module that has been imported once stays as it was.
 */
import { readContract } from '@nanoservices/workspace/contract-file';
import { readPacking } from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import type { EndpointRoute } from './read-routes.ts';

const workspaceRoot = process.argv[2] as string;

try {
  const routes = await Promise.all(
    readPacking(workspaceRoot).endpoints.map(async (endpoint): Promise<EndpointRoute> => {
      const { method, path, access, database } = await readContract(workspaceRoot, endpoint);
      return { endpoint: endpoint.name, method, path, access, database };
    }),
  );
  console.log(JSON.stringify(routes));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}
