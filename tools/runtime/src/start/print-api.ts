/**
 * `node print-api.ts <workspace root>`: prints what the contracts say, as JSON. A process of its own, since a module that
 * has been imported once stays as it was.
 */
import type { Contract } from '@nanoservices/endpoint';
import { apiDocument } from '@nanoservices/workspace/api-document';
import { readContract } from '@nanoservices/workspace/contract-file';
import { readPacking } from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import type { ApiOfContracts, EndpointRoute } from './read-api.ts';

const workspaceRoot = process.argv[2] as string;

try {
  const contracts = await Promise.all(
    readPacking(workspaceRoot).endpoints.map((endpoint) => readContract(workspaceRoot, endpoint)),
  );
  console.log(
    JSON.stringify({ routes: contracts.map(route), ...document(contracts) } satisfies ApiOfContracts),
  );
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
}

function route({ name, method, path, access, database }: Contract): EndpointRoute {
  return { endpoint: name, method, path, access, database };
}

/** An API that cannot be documented can still be served. */
function document(contracts: readonly Contract[]): Pick<ApiOfContracts, 'document' | 'undocumented'> {
  try {
    return { document: JSON.stringify(apiDocument(workspaceRoot, contracts)) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    return { undocumented: error.message };
  }
}
