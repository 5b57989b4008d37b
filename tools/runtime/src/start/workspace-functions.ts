import type { LogFormat } from '../environment/log-entry.ts';
import { type Endpoints, findFunction, type WorkspaceFunction } from '../function-registry.ts';
import type { LambdaFunction } from '../lambda/lambda.ts';
import type { Bundler } from './bundler.ts';
import type { Settings } from './settings.ts';
import type { StartOptions } from './start-options.ts';

export interface FunctionsOptions {
  readonly workspaceRoot: string;
  readonly bundler: Bundler;
  readonly databaseUrl: string | undefined;
  readonly start: Pick<StartOptions, 'isolation' | 'logs'>;
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
  async build(name: string, endpoints: Endpoints, settings: Settings): Promise<LambdaFunction | undefined> {
    const { bundler, workspaceRoot } = this.#options;
    const found = findFunction(name, workspaceRoot, endpoints);
    const bundle = await bundler.build(name, found.handlerFile);
    if (bundle) this.#bundles.set(name, bundle);
    const configuration = this.#configure(found, this.#bundles.get(name) as string, settings);
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

  #configure(found: WorkspaceFunction, bundle: string, settings: Settings): LambdaFunction {
    const { databaseUrl, start } = this.#options;
    const { name, memorySize, timeout, reservedConcurrency, usesDatabase } = found;
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
        ...(usesDatabase && databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      },
    };
  }
}
