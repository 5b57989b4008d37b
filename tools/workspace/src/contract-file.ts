import { join } from 'node:path';
import type { Contract } from '@nanoservices/endpoint';
import type { Endpoint, Packing } from './topology.ts';
import { UsageError } from './usage-error.ts';

/** A contract, and where it stands. */
export interface ContractFile {
  /** Absolute. */
  readonly file: string;
  readonly exportName: string;
  readonly contract: Contract;
}

/**
 * Reads the contract of an endpoint.
 *
 * @throws UsageError when the file exports none, or one of another name than the endpoint's
 */
export async function readContractFile(
  workspaceRoot: string,
  { name, root }: Endpoint,
): Promise<ContractFile> {
  const file = join(workspaceRoot, root, 'src/contract.ts');
  const exports: [string, object][] = Object.entries(await import(file));
  const found = exports.find(([, value]) => 'method' in value && 'path' in value);
  if (!found) throw new UsageError(`${file} exports no contract.`);
  const [exportName, contract] = found as [string, Contract];
  if (contract.name !== name) {
    throw new UsageError(`${file}: "name" is "${contract.name}", but the folder is ${name}.`);
  }
  return { file, exportName, contract };
}

/** The contract of an endpoint; see {@link readContractFile}. */
export async function readContract(workspaceRoot: string, endpoint: Endpoint): Promise<Contract> {
  return (await readContractFile(workspaceRoot, endpoint)).contract;
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
