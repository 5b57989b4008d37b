import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readFunction, type WorkspaceFunction } from '@nanoservices/workspace/function-settings';
import type { PackedFunction } from '@nanoservices/workspace/topology';
import { unitEntry } from '@nanoservices/workspace/unit-entry';
import type { LogFormat } from '../environment/log-entry.ts';
import type { LambdaFunction } from '../lambda/lambda.ts';
import type { Bundler } from './bundler.ts';
import type { EndpointRoute } from './read-api.ts';
import type { Settings } from './settings.ts';
import type { StartOptions } from './start-options.ts';

export interface FunctionsOptions {
  readonly workspaceRoot: string;
  readonly bundler: Bundler;
  /** Where the entries of units go. */
  readonly folder: string;
  /** What a function connects to the database with; undefined when there is none. */
  readonly databaseUrlOf: (functionName: string) => string | undefined;
  readonly start: Pick<StartOptions, 'isolation' | 'logs'>;
}

/** The workspace as it is packed now. */
export interface PackedWorkspace {
  readonly functions: readonly PackedFunction[];
  readonly routes: readonly EndpointRoute[];
  readonly settings: Settings;
}

/** Makes the functions of the workspace: their bundles, built here, and their settings. */
export class WorkspaceFunctions {
  readonly #options: FunctionsOptions;
  readonly #bundles = new Map<string, string>();
  /** How each function was handed out last. */
  readonly #known = new Map<string, string>();

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  /**
   * Builds a function, if its sources have changed, and reads its settings.
   *
   * @returns undefined when nothing about it has changed since the last time
   * @throws BuildFailed or UsageError; the function remains what it was
   */
  async build(packed: PackedFunction, workspace: PackedWorkspace): Promise<LambdaFunction | undefined> {
    const { bundler, workspaceRoot } = this.#options;
    const { name } = packed;
    const found = readFunction(packed, workspaceRoot);
    const bundle = await bundler.build(name, this.#entry(packed, workspace.routes));
    if (bundle) this.#bundles.set(name, bundle);
    const configuration = this.#configure(found, this.#bundles.get(name) as string, workspace);
    const known = JSON.stringify(configuration);
    if (this.#known.get(name) === known) return undefined;
    this.#known.set(name, known);
    return configuration;
  }

  async remove(name: string): Promise<void> {
    this.#bundles.delete(name);
    this.#known.delete(name);
    await this.#options.bundler.remove(name);
  }

  /** The file that a function is built from: its handler, or for a unit one that holds all of its handlers. */
  #entry({ kind, name, endpoints }: PackedFunction, routes: readonly EndpointRoute[]): string {
    const { workspaceRoot, folder } = this.#options;
    const handlerFile = (root: string) => join(workspaceRoot, root, 'src/handler.ts');
    if (kind === 'endpoint') return handlerFile((endpoints[0] as { root: string }).root);
    const parts = endpoints.flatMap((endpoint) => {
      const route = routes.find((one) => one.endpoint === endpoint.name);
      if (!route) return [];
      const { method, path } = route;
      return [{ name: endpoint.name, route: `${method} ${path}`, handlerFile: handlerFile(endpoint.root) }];
    });
    const entry = join(folder, `${name}.ts`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(entry, unitEntry(parts));
    return entry;
  }

  #configure(
    found: WorkspaceFunction,
    bundle: string,
    { functions, settings }: PackedWorkspace,
  ): LambdaFunction {
    const { databaseUrlOf, start } = this.#options;
    const { name, memorySize, timeout, reservedConcurrency, usesDatabase } = found;
    const databaseUrl = usesDatabase ? databaseUrlOf(name) : undefined;
    // What is printed readably is read as JSON.
    const logFormat: LogFormat = start.logs === 'text' ? 'Text' : 'JSON';
    return {
      functionName: name,
      bundle,
      memorySize,
      timeout,
      reservedConcurrency,
      logFormat,
      isolation: start.isolation ?? settings.isolationOf(name),
      environment: {
        VALIDATE_RESPONSES: 'true',
        ...addresses(functions),
        ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      },
    };
  }
}

/** Where `call()` finds the endpoints that are not functions of their own name. */
function addresses(functions: readonly PackedFunction[]): Record<string, string> {
  const units = functions.filter(({ kind }) => kind === 'unit');
  return Object.fromEntries(
    units.flatMap(({ name, endpoints }) =>
      endpoints.map((endpoint) => [`FUNCTION_${endpoint.name.replaceAll('-', '_').toUpperCase()}`, name]),
    ),
  );
}
