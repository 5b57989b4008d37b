import { join } from 'node:path';
import type { Contract } from '@nanoservices/endpoint';
import type { Endpoint, Packing } from './topology.ts';
import { UsageError } from './usage-error.ts';

/**
 * Reads the contract of an endpoint.
 *
 * @throws UsageError when the file exports none, or one of another name than the endpoint's
 */
export async function readContract(workspaceRoot: string, { name, root }: Endpoint): Promise<Contract> {
  const contractFile = join(workspaceRoot, root, 'src/contract.ts');
  const exports: object[] = Object.values(await import(contractFile));
  const contract = exports.find((value) => 'method' in value && 'path' in value) as Contract | undefined;
  if (!contract) throw new UsageError(`${contractFile} exports no contract.`);
  if (contract.name !== name) {
    throw new UsageError(`${contractFile}: "name" is "${contract.name}", but the folder is ${name}.`);
  }
  return contract;
}

/** What API Gateway tells routes apart by: two routes of one shape differ at most in the names of their parameters. */
export function routeShape({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path.replace(/\{\w+/g, '{')}`;
}

/**
 * Reads the contracts of all endpoints.
 *
 * @returns them by the endpoints' names
 * @throws UsageError when a contract is invalid, or two endpoints have one route: they cannot be in one API, however they
 * are packed
 */
export async function readContracts(
  workspaceRoot: string,
  { endpoints }: Packing,
): Promise<Map<string, Contract>> {
  const contracts = await Promise.all(endpoints.map((endpoint) => readContract(workspaceRoot, endpoint)));
  const routes = new Map<string, string>();
  for (const contract of contracts) {
    const shape = routeShape(contract);
    const other = routes.get(shape);
    if (other) {
      const { method, path, name } = contract;
      throw new UsageError(`${method} ${path} is the route of ${other} and of ${name}.`);
    }
    routes.set(shape, contract.name);
  }
  return new Map(contracts.map((contract) => [contract.name, contract]));
}
