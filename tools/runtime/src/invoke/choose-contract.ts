import type { Contract } from '@nanoservices/endpoint';
import { readContract } from '@nanoservices/workspace/contract-file';
import type { PackedFunction } from '@nanoservices/workspace/topology';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { apiRouter } from '../gateway/router.ts';
import type { InvokeOptions } from './invoke-options.ts';

/**
 * The contract of the endpoint that is meant: a function's only one, or of a unit's endpoints the one that method and
 * path lead to.
 *
 * @throws UsageError when there is none, with what there is
 */
export async function chooseContract(
  { name, endpoints }: PackedFunction,
  { method, path }: Pick<InvokeOptions, 'method' | 'path'>,
  workspaceRoot: string,
): Promise<Contract> {
  const contracts = await Promise.all(endpoints.map((endpoint) => readContract(workspaceRoot, endpoint)));
  const [only] = contracts;
  if (only && contracts.length === 1) {
    if (method === undefined || method === only.method) return only;
    throw new UsageError(`${name} is ${only.method} ${only.path}; not ${method}.`);
  }
  const routes = contracts.map(({ name: functionName, method, path, access }) => ({
    functionName,
    method,
    path,
    access,
  }));
  const pathname = path?.split('?', 1)[0];
  const match = pathname === undefined ? undefined : apiRouter(routes)(method ?? 'GET', pathname);
  const chosen = contracts.find((contract) => contract.name === match?.route.functionName);
  if (chosen) return chosen;
  const problem = path === undefined ? '--path is missing' : `${name} has no ${method ?? 'GET'} ${path}`;
  const choices = contracts.map((contract) => `  ${contract.method} ${contract.path}`).join('\n');
  throw new UsageError(`${problem}. It has:\n${choices}`);
}
