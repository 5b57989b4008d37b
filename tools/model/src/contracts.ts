import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contract } from '@nanoservices/endpoint';
import type { Endpoint } from './layout.ts';
import { UsageError } from './usage-error.ts';

/** A contract and its module. */
export interface ContractFile {
  /** Absolute path. */
  readonly file: string;
  readonly exportName: string;
  readonly contract: Contract;
}

/**
 * Imports the contract of an endpoint.
 *
 * @throws UsageError when the file is missing, exports no contract, or exports the contract of another endpoint
 */
export async function readContractFile(
  workspaceRoot: string,
  { name, root }: Pick<Endpoint, 'name' | 'root'>,
): Promise<ContractFile> {
  const path = `${root}/src/contract.ts`;
  const file = join(workspaceRoot, path);
  if (!existsSync(file)) throw new UsageError(`${path} is missing. It must export the contract of ${name}.`);
  const exports = Object.entries<unknown>(await import(pathToFileURL(file).href));
  for (const [exportName, contract] of exports) {
    if (!isContract(contract)) continue;
    if (contract.name === name) return { file, exportName, contract };
    throw new UsageError(`${path}: "name" is "${contract.name}". It must be "${name}", after the folder.`);
  }
  throw new UsageError(`${path} exports no contract. Export what contract() returns.`);
}

function isContract(value: unknown): value is Contract {
  return typeof value === 'object' && value !== null && 'method' in value && 'path' in value;
}

/** The part of a route that API Gateway distinguishes: it ignores the names of parameters. */
export function routeShape({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path.replace(/\{\w+/g, '{')}`;
}

/** @throws UsageError when two endpoints have one route: no topology can serve both */
export function refuseSameRoutes(contracts: readonly Pick<Contract, 'name' | 'method' | 'path'>[]): void {
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
}
