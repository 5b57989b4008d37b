import { join } from 'node:path';
import { type Bundler, functionEntry } from '@nanoservices/build';
import { addressVariable, roleClaimVariable } from '@nanoservices/endpoint';
import type { Isolation, LogLevel, PackedApplication, PackedFunction } from '@nanoservices/model';
import { type AwsCredentials, credentialsFor } from '../environment/aws-credentials.ts';
import type { FunctionConfiguration } from '../environment/function-configuration.ts';
import { localVariables, secretNames } from '../environment/local-variables.ts';
import type { LogFormat } from '../environment/log-entry.ts';

/** Settings of local functions. */
export interface LocalFunctionsOptions {
  readonly workspaceRoot: string;
  readonly bundler: Bundler;
  /** Folder of generated entries, relative to the workspace root. */
  readonly folder: string;
  /** @returns the connection string of a function; undefined when there is no database */
  readonly databaseUrlOf: (functionName: string) => string | undefined;
  /** Isolation of all functions. Default: the isolation of each function. */
  readonly isolation?: Isolation | undefined;
  /** Credentials for functions with permissions. */
  readonly awsCredentials?: AwsCredentials | undefined;
  /** Claim with the roles of callers. */
  readonly roleClaim?: string | undefined;
  readonly logFormat: LogFormat;
  readonly isLogReadable?: boolean | undefined;
  /** Least level of the lines of all functions. Default: the level of each function. */
  readonly logLevel?: LogLevel | undefined;
}

/** The functions of an application on this machine: local bundles and their configuration. */
export class LocalFunctions {
  readonly #options: LocalFunctionsOptions;
  readonly #bundles = new Map<string, string>();
  /** Last configuration of each function, as JSON. */
  readonly #known = new Map<string, string>();

  constructor(options: LocalFunctionsOptions) {
    this.#options = options;
  }

  /**
   * Builds a function, if its sources have changed.
   *
   * @returns undefined when neither bundle nor configuration has changed
   * @throws BuildFailed; the previous version of the function stays
   */
  async build(
    packed: PackedFunction,
    application: PackedApplication,
  ): Promise<FunctionConfiguration | undefined> {
    const { name } = packed;
    const bundle = await this.#options.bundler.build(this.#entry(packed), packed);
    if (bundle) this.#bundles.set(name, bundle);
    const configuration = this.#configure(packed, this.#bundles.get(name) as string, application);
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

  /** @returns the source of a function's bundle; see {@link functionEntry} */
  #entry(packed: PackedFunction): string {
    const { workspaceRoot, folder } = this.#options;
    return join(workspaceRoot, functionEntry(workspaceRoot, packed, join(folder, `${packed.name}.ts`)));
  }

  #configure(
    packed: PackedFunction,
    bundle: string,
    { functions }: PackedApplication,
  ): FunctionConfiguration {
    const { name, settings, isolation, usesDatabase } = packed;
    const { workspaceRoot, databaseUrlOf, roleClaim, awsCredentials, logFormat, isLogReadable } =
      this.#options;
    const { logLevel = settings.logLevel } = this.#options;
    const databaseUrl = usesDatabase ? databaseUrlOf(name) : undefined;
    return {
      functionName: name,
      bundle,
      ...settings,
      logFormat,
      isLogReadable,
      logLevel,
      isolation: this.#options.isolation ?? isolation,
      secrets: secretNames(packed),
      environment: {
        ...localVariables(workspaceRoot, packed),
        ...credentialsFor(packed, awsCredentials),
        VALIDATE_RESPONSES: 'true',
        ...(roleClaim !== undefined && { [roleClaimVariable]: roleClaim }),
        ...addresses(functions),
        ...(databaseUrl !== undefined && { DATABASE_URL: databaseUrl }),
      },
    };
  }
}

/** @returns the variables that tell `call()` which units hold endpoints */
function addresses(functions: readonly PackedFunction[]): Record<string, string> {
  const units = functions.filter(({ kind }) => kind === 'unit');
  return Object.fromEntries(
    units.flatMap(({ name, endpoints }) =>
      endpoints.map((endpoint) => [addressVariable(endpoint.name), name]),
    ),
  );
}
