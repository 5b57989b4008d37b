import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Contract, Problem } from '@nanoservices/endpoint';
import { type ContractFile, readContractFile, refuseSameRoutes } from './contracts.ts';
import { type ApiFile, readApiFile } from './files/api-file.ts';
import { type Manifest, readManifest } from './files/manifest.ts';
import { hasStages, readStage, readStages, type Stage } from './files/stages-file.ts';
import { readTrafficFile, type TrafficFile } from './files/traffic-file.ts';
import { type Endpoint, type Layout, readLayout, type SchemaPackage } from './layout.ts';
import { type ContractFacts, type PackedApplication, type PackedFunction, pack, packOne } from './pack.ts';

/** Documentation of the application's schemas and problems, for the OpenAPI document. */
export interface ApiDocumentation {
  /** Exports of the schema package, by name. */
  readonly schemas: Readonly<Record<string, unknown>>;
  /** Keywords of JSON Schema, by the export name of their schema. */
  readonly keywords: Readonly<Record<string, object>>;
  /** One example of each problem. */
  readonly problems: readonly Problem[];
}

/** Everything about a workspace: plain data, and functions that read more of it on demand. */
export interface Workspace extends Layout {
  /** Root package.json. */
  readonly manifest: Manifest;
  /** Contracts by the names of their endpoints. */
  readonly contracts: ReadonlyMap<string, Contract>;
  readonly contractFiles: readonly ContractFile[];
  /** Facts of all contracts, by the names of their endpoints. */
  readonly facts: ReadonlyMap<string, ContractFacts>;
  /** Content of functions/api.json. */
  readonly api: ApiFile;
  /** Packs all endpoints into the functions of a topology; see {@link pack}. */
  pack(topology?: string): PackedApplication;
  /** Makes a function of an endpoint or a unit, even if the topology packs it differently; see {@link packOne}. */
  functionNamed(name: string, topology?: string): PackedFunction;
  /** Makes a function of every endpoint and every unit. */
  everyFunction(): readonly PackedFunction[];
  /** Reads functions/stages.json. @returns no stage when the file is absent. @throws UsageError when it is invalid */
  stages(): readonly Stage[];
  /** Reads one stage. @throws UsageError when there is no functions/stages.json or no such stage */
  stage(name: string): Stage;
  /** Reads functions/traffic.json, or another file. @throws UsageError when it is invalid */
  traffic(file?: string): TrafficFile | undefined;
  /** Imports the application's documentation. */
  documentation(): Promise<ApiDocumentation>;
}

/**
 * Reads a workspace: its folders, JSON files and contracts. Contracts are imported, and Node imports a module once: read
 * the workspace in a new process to see a changed contract.
 *
 * @param root - absolute
 * @throws UsageError with the file, the key and the way out
 */
export async function readWorkspace(root: string): Promise<Workspace> {
  const layout = readLayout(root);
  const contractFiles = await Promise.all(
    layout.endpoints.map((one: Endpoint) => readContractFile(root, one)),
  );
  refuseSameRoutes(contractFiles.map(({ contract }) => contract));
  const facts = new Map(contractFiles.map(({ contract }) => [contract.name, factsOf(contract)]));
  return {
    ...layout,
    manifest: readManifest(root, '.'),
    contracts: new Map(contractFiles.map(({ contract }) => [contract.name, contract])),
    contractFiles,
    facts,
    api: readApiFile(root),
    pack: (topology) => pack(layout, facts, topology),
    functionNamed: (name, topology) => packOne(layout, facts, name, topology),
    everyFunction: () =>
      [...layout.endpoints, ...layout.units].map(({ name }) => packOne(layout, facts, name)),
    stages: () => (hasStages(root) ? readStages(root) : []),
    stage: (name) => readStage(root, name),
    traffic: (file) => readTrafficFile(root, file),
    documentation: () => readDocumentation(root, layout.schemas),
  };
}

/** @returns the parts of a contract that packing depends on */
export function factsOf({ name, method, path, summary, access, database, calls }: Contract): ContractFacts {
  return { name, method, path, summary, access, database, calls: calls.map((callee) => callee.name) };
}

async function readDocumentation(
  root: string,
  schemas: SchemaPackage | undefined,
): Promise<ApiDocumentation> {
  if (!schemas) return { schemas: {}, keywords: {}, problems: [] };
  const { documentation } = schemas;
  const documented =
    documentation && existsSync(documentation) ? await import(pathToFileURL(documentation).href) : {};
  return {
    schemas: await importSchemas(root, schemas),
    keywords: documented.documentation ?? {},
    problems: documented.problemExamples ?? [],
  };
}

/** Imports the application's schema package by its name, as endpoints do: the schemas are the same objects. */
export async function importSchemas(
  root: string,
  { root: folder, packageName }: SchemaPackage,
): Promise<Readonly<Record<string, unknown>>> {
  const file = createRequire(join(root, folder, 'package.json')).resolve(packageName);
  return import(pathToFileURL(file).href);
}
