import { createRequire } from 'node:module';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Problem } from '@nanoservices/endpoint';
import { type Contracts, readContracts } from './contracts.ts';
import { type ApiFile, readApiFile } from './files/api-file.ts';
import { type Manifest, readManifest } from './files/manifest.ts';
import { hasStages, readStage, readStages, type Stage } from './files/stages-file.ts';
import { readTrafficFile, type TrafficFile } from './files/traffic-file.ts';
import { type Layout, readLayout, type SchemaPackage } from './layout.ts';
import { refuseShared } from './misplaced.ts';
import { type PackedApplication, type PackedFunction, pack, packEvery, packOne } from './pack.ts';

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
export interface Workspace extends Layout, Contracts {
  /** Root package.json. */
  readonly manifest: Manifest;
  /** Content of api.json. */
  readonly api: ApiFile;
  /** Packs all endpoints into the functions of a topology; see {@link pack}. */
  pack(topology?: string): PackedApplication;
  /** Makes a function of an endpoint or a unit, even if the topology packs it differently; see {@link packOne}. */
  functionNamed(name: string, topology?: string): PackedFunction;
  /** Makes a function of every endpoint and every unit, whatever the topology; see {@link packEvery}. */
  everyFunction(): readonly PackedFunction[];
  /** Reads stages.json. @returns no stage when the file is absent. @throws UsageError when it is invalid */
  stages(): readonly Stage[];
  /** Reads one stage. @throws UsageError when there is no stages.json or no such stage */
  stage(name: string): Stage;
  /** Reads traffic.json, or another file. @throws UsageError when it is invalid */
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
  refuseShared(root, layout.folders);
  const read = await readContracts(layout);
  const { facts } = read;
  return {
    ...layout,
    ...read,
    manifest: readManifest(root, '.'),
    api: readApiFile(root),
    pack: (topology) => pack(layout, facts, topology),
    functionNamed: (name, topology) => packOne(layout, facts, name, topology),
    everyFunction: () => packEvery(layout, facts),
    stages: () => (hasStages(root) ? readStages(root) : []),
    stage: (name) => readStage(root, name),
    traffic: (file) => readTrafficFile(root, file),
    documentation: () => readDocumentation(layout),
  };
}

/** Imports the application's documentation. It is empty where no lib has schemas. */
export async function readDocumentation({
  root,
  schemas,
}: Pick<Layout, 'root' | 'schemas'>): Promise<ApiDocumentation> {
  if (!schemas) return { schemas: {}, keywords: {}, problems: [] };
  const { documentation } = schemas;
  const documented = documentation ? await import(pathToFileURL(documentation).href) : {};
  return {
    schemas: await importSchemas(root, schemas),
    keywords: documented.documentation ?? {},
    problems: documented.problemExamples ?? [],
  };
}

/** Imports the application's schema package by its name, as endpoints do: the schemas are the same objects. */
export async function importSchemas(
  root: string,
  schemas: SchemaPackage,
): Promise<Readonly<Record<string, unknown>>> {
  return import(pathToFileURL(schemasModule(root, schemas)).href);
}

/** @returns the module that endpoints import from the schema package, absolute */
export function schemasModule(root: string, { root: folder, packageName }: SchemaPackage): string {
  return createRequire(join(root, folder, 'package.json')).resolve(packageName);
}
