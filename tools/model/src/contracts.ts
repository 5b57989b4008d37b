import { existsSync, readFileSync } from 'node:fs';
import { basename, join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyContract, isComplete } from '@nanoservices/endpoint';
import { mistakeInGrants } from '@nanoservices/postgres/grants';
import { mistakeInBreaking } from './breaking.ts';
import { readManifest } from './files/manifest.ts';
import type { Endpoint, Layout } from './layout.ts';
import { type ContractFacts, routeKey } from './pack.ts';
import { mistakeInPermissions } from './permissions.ts';
import { mistakeInRoute, refuseConflictingParameters, refuseSameRoutes } from './route-rules.ts';
import { UsageError } from './usage-error.ts';
import { mistakeInVariables, refuseMixedVariables, variableFacts } from './variables.ts';

/** A contract and its module. */
export interface ContractFile {
  /** Absolute path. */
  readonly file: string;
  readonly exportName: string;
  readonly contract: AnyContract;
}

/** Contracts of all endpoints, or of the chosen ones. */
export interface Contracts {
  /** Contracts by the names of their endpoints. */
  readonly contracts: ReadonlyMap<string, AnyContract>;
  readonly contractFiles: readonly ContractFile[];
  /** Facts of the contracts, by the names of their endpoints. */
  readonly facts: ReadonlyMap<string, ContractFacts>;
}

/**
 * Imports the contracts of endpoints, and no others: a mistake in another contract does not matter.
 *
 * @param endpoints - Default: all
 * @throws UsageError when a contract is missing, exports no contract or that of another endpoint, AWS refuses what it declares,
 * or two contradict each other
 */
export async function readContracts(
  { root, endpoints: all }: Pick<Layout, 'root' | 'endpoints'>,
  endpoints: readonly Endpoint[] = all,
): Promise<Contracts> {
  const contractFiles = await readContractFiles(root, endpoints);
  const contracts = contractFiles.map(({ contract }) => contract);
  refuseSameRoutes(contracts);
  refuseConflictingParameters(contracts);
  const facts = contracts.map(factsOf);
  refuseMixedVariables(facts);
  return {
    contracts: new Map(contracts.map((contract) => [contract.name, contract])),
    contractFiles,
    facts: new Map(facts.map((one) => [one.name, one])),
  };
}

/** Imports the contracts of endpoints and, transitively, of their callees; see {@link readContracts}. */
export async function readContractsWithCallees(
  layout: Pick<Layout, 'root' | 'endpoints'>,
  endpoints: readonly Endpoint[],
): Promise<Contracts> {
  const { contracts } = await readContracts(layout, endpoints);
  const names = new Set<string>();
  const add = ({ name, calls }: AnyContract) => {
    if (names.has(name)) return;
    names.add(name);
    calls.forEach(add);
  };
  contracts.forEach(add);
  return readContracts(
    layout,
    layout.endpoints.filter(({ name }) => names.has(name)),
  );
}

/**
 * Imports the contract of one endpoint.
 *
 * @param root - folder of the endpoint, relative to the workspace root
 * @throws UsageError when it is missing, cannot be loaded, or exports no contract or that of another endpoint
 */
export async function readContract(workspaceRoot: string, root: string): Promise<AnyContract> {
  return (await readContractFile(workspaceRoot, { name: basename(root), root })).contract;
}

/** @returns the parts of a contract that packing depends on */
function factsOf({ calls, stream, env, ...contract }: AnyContract): ContractFacts {
  const { name, method, path, summary = routeKey(contract), access, database, permissions } = contract;
  return {
    ...{ name, method, path, summary, database },
    ...(access !== undefined && { access }),
    ...(permissions && { permissions }),
    ...(env && { variables: variableFacts(env) }),
    calls: calls.map((callee) => callee.name),
    ...(stream && { stream }),
  };
}

/** @throws the first mistake of a contract that imports no other one with a mistake: that has the same */
async function readContractFiles(root: string, endpoints: readonly Endpoint[]): Promise<ContractFile[]> {
  const results = await Promise.allSettled(endpoints.map((one) => readContractFile(root, one)));
  const failures = results.flatMap((result, index) =>
    result.status === 'rejected' ? [{ endpoint: endpoints[index] as Endpoint, error: result.reason }] : [],
  );
  const imports = (one: Endpoint, other: Endpoint) =>
    one !== other && contractText(root, one).includes(`${other.name}/`);
  const first =
    failures.find(({ endpoint }) => !failures.some((other) => imports(endpoint, other.endpoint))) ??
    failures[0];
  if (first) throw first.error;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

function contractText(workspaceRoot: string, { root }: Endpoint): string {
  const file = join(workspaceRoot, root, 'src/contract.ts');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

async function readContractFile(
  workspaceRoot: string,
  { name, root }: Pick<Endpoint, 'name' | 'root'>,
): Promise<ContractFile> {
  const path = `${root}/src/contract.ts`;
  const file = join(workspaceRoot, path);
  if (!existsSync(file)) throw new UsageError(`${path} is missing. It must export the contract of ${name}.`);
  const exports = Object.entries<unknown>(await importFile(workspaceRoot, path));
  for (const [exportName, contract] of exports) {
    if (!isContract(contract)) continue;
    if (contract.name !== name) {
      throw new UsageError(`${path}: "name" is "${contract.name}". It must be "${name}", after the folder.`);
    }
    const callee = (contract.calls as readonly AnyContract[]).find((one) => !isComplete(one));
    if (callee) {
      throw new UsageError(
        `${path}: "calls" names ${callee.name}, a plain handler, whose contract does not describe an answer. Make it an endpoint() first, or send it an HTTP request.`,
      );
    }
    const mistake =
      mistakeInRoute(contract) ??
      mistakeInPermissions(contract.permissions ?? []) ??
      mistakeInDatabase(contract.database) ??
      mistakeInVariables(contract.env) ??
      mistakeInBreaking(contract.breaking);
    if (mistake) throw new UsageError(`${path}: ${mistake}`);
    return { file, exportName, contract };
  }
  throw new UsageError(`${path} exports no contract. Export what contract() returns.`);
}

/** @throws UsageError with the reason, and the line of the application that it comes from */
async function importFile(workspaceRoot: string, path: string): Promise<Record<string, unknown>> {
  try {
    return await import(pathToFileURL(join(workspaceRoot, path)).href);
  } catch (cause) {
    if (!(cause instanceof Error)) throw new UsageError(`${path} throws ${String(cause)}.`, { cause });
    const [, line] = /\b(functions\/[^\s:()]+:\d+(?::\d+)?)/.exec(`${cause.stack}`) ?? [];
    const where = line && line !== path ? ` (${line})` : '';
    const advice =
      cause instanceof SyntaxError && isCommonJs(workspaceRoot, path)
        ? '. A contract is an ES module: write "type": "module" into package.json, and name a handler in CommonJS handler.cjs'
        : '';
    throw new UsageError(`${path} cannot be loaded${where}: ${cause.message}${advice}`, { cause });
  }
}

function mistakeInDatabase(database: AnyContract['database']): string | undefined {
  const mistake = mistakeInGrants(database);
  return mistake && `"database": ${mistake}.`;
}

function isCommonJs(workspaceRoot: string, path: string): boolean {
  return readManifest(workspaceRoot, posix.join(path, '../..')).type === 'commonjs';
}

function isContract(value: unknown): value is AnyContract {
  return (
    typeof value === 'object' && value !== null && ['method', 'path', 'calls'].every((key) => key in value)
  );
}
