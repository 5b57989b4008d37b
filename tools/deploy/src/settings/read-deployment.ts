import type { Route } from '@nanoservices/api';
import type { Contract } from '@nanoservices/endpoint';
import type { DeployedFunction } from '@nanoservices/platform';
import { readContracts } from '@nanoservices/workspace/contract-file';
import { grantsOf } from '@nanoservices/workspace/function-grants';
import { findPacked, readFunction } from '@nanoservices/workspace/function-settings';
import {
  type PackedFunction,
  packFunctions,
  readPacking,
  readTopologyFile,
} from '@nanoservices/workspace/topology';

/** A function of the workspace, ready to be packaged. */
export interface WorkspaceFunction extends DeployedFunction {
  /** Its folder, relative to the workspace root. */
  readonly root: string;
  /** The routes of its endpoints, as API Gateway names them. */
  readonly routes: readonly string[];
}

/** What a topology deploys. */
export interface Deployment {
  readonly topology: string;
  readonly functions: readonly WorkspaceFunction[];
  readonly routes: readonly Route[];
}

/**
 * Reads what a topology deploys.
 *
 * @param topology - by default that of NANO_TOPOLOGY, or the active one
 * @throws UsageError when a setting or a contract is invalid
 */
export async function readDeployment(workspaceRoot: string, topology?: string): Promise<Deployment> {
  const workspace = await readWorkspace(workspaceRoot, topology);
  return {
    topology: workspace.topology,
    functions: workspace.functions.map((packed) => workspace.describe(packed)),
    routes: workspace.functions.flatMap((packed) =>
      packed.endpoints.map(({ name }) => ({
        contract: workspace.contracts.get(name) as Contract,
        function: packed.name,
      })),
    ),
  };
}

/**
 * Reads the workspace for any endpoint or unit as a function, also when the topology has it as part of another.
 *
 * @returns a function that gives it by its name, and throws a UsageError when there is none, or a setting is invalid
 */
export async function readFunctions(workspaceRoot: string): Promise<(name: string) => WorkspaceFunction> {
  const workspace = await readWorkspace(workspaceRoot);
  return (name) => workspace.describe(findPacked(name, workspace.packing));
}

async function readWorkspace(workspaceRoot: string, wanted?: string) {
  const packing = readPacking(workspaceRoot);
  const file = readTopologyFile(workspaceRoot);
  const topology = wanted ?? (process.env.NANO_TOPOLOGY || file.active);
  const functions = packFunctions(packing, file, topology);
  const contracts = await readContracts(workspaceRoot, packing);
  const functionOf = new Map(
    functions.flatMap(({ name, endpoints }) => endpoints.map((one) => [one.name, name])),
  );
  const describe = (packed: PackedFunction): WorkspaceFunction => {
    const { name, root, memorySize, timeout, reservedConcurrency, usesDatabase } = readFunction(
      packed,
      workspaceRoot,
    );
    const own = packed.endpoints.map((endpoint) => contracts.get(endpoint.name) as Contract);
    const callees = new Set(own.flatMap(({ calls }) => calls.map((callee) => callee.name)));
    const [only] = own;
    return {
      name,
      root,
      memorySize,
      timeout,
      reservedConcurrency,
      usesDatabase,
      grants: grantsOf(packed, contracts),
      summary: own.length === 1 && only ? only.summary : `${own.length} endpoints`,
      routes: own.map(({ method, path }) => `${method} ${path}`),
      calls: [...callees]
        .filter((callee) => !own.some((contract) => contract.name === callee))
        .sort()
        .map((endpoint) => ({ endpoint, function: functionOf.get(endpoint) ?? endpoint })),
    };
  };
  return { packing, topology, functions, contracts, describe };
}
