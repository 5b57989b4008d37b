import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import { UsageError } from './usage-error.ts';

/** An endpoint's package.json, as far as it concerns its function. */
const Manifest = z.object({
  dependencies: z.optional(z.record(z.string(), z.string())),
  lambda: z.optional(
    z.strictObject({
      /** Megabytes. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
      memorySize: z.optional(z.int().check(z.minimum(128), z.maximum(10_240))),
      /** Seconds. API Gateway waits for 30. */
      timeout: z.optional(z.int().check(z.minimum(1), z.maximum(30))),
      /** Invocations at once. */
      reservedConcurrency: z.optional(z.int().check(z.minimum(1), z.maximum(1000))),
    }),
  ),
});

/** A function of the workspace: an endpoint with what its package.json says of it. */
export interface WorkspaceFunction {
  readonly name: string;
  readonly handlerFile: string;
  readonly contractFile: string;
  readonly manifestFile: string;
  /** What `nx run <name>:build` makes. */
  readonly builtBundle: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly reservedConcurrency?: number | undefined;
  readonly usesDatabase: boolean;
}

/** The folder of each endpoint by its name, relative to the workspace root. */
export type Endpoints = ReadonlyMap<string, string>;

/** Finds all endpoints; sorted by name. */
export function findEndpoints(workspaceRoot: string): Endpoints {
  const handlers = globSync('functions/*/*/src/handler.ts', { cwd: workspaceRoot });
  const roots = handlers.map((file) => dirname(dirname(file)));
  return new Map(roots.map((root): [string, string] => [basename(root), root]).sort());
}

/**
 * Reads the function of an endpoint.
 *
 * @throws UsageError when there is no such endpoint or its "lambda" settings are invalid
 */
export function findFunction(
  name: string,
  workspaceRoot: string,
  endpoints: Endpoints = findEndpoints(workspaceRoot),
): WorkspaceFunction {
  const relative = endpoints.get(name);
  if (!relative) {
    throw new UsageError(`There is no endpoint "${name}". There are: ${[...endpoints.keys()].join(', ')}.`);
  }
  const root = join(workspaceRoot, relative);
  const manifestFile = join(root, 'package.json');
  const { lambda = {}, dependencies = {} } = readManifest(manifestFile, `${relative}/package.json`);
  return {
    name,
    handlerFile: join(root, 'src/handler.ts'),
    contractFile: join(root, 'src/contract.ts'),
    manifestFile,
    builtBundle: join(root, 'dist/handler.mjs'),
    memorySize: lambda.memorySize ?? 256,
    timeout: lambda.timeout ?? 10,
    reservedConcurrency: lambda.reservedConcurrency,
    usesDatabase: '@nanoservices/data-access' in dependencies,
  };
}

/** @throws UsageError when the function is not built */
export function requireBuilt({ name, builtBundle }: WorkspaceFunction): string {
  if (existsSync(builtBundle)) return builtBundle;
  throw new UsageError(`${name} is not built. Build it: npx nx run ${name}:build`);
}

function readManifest(file: string, shown: string): z.output<typeof Manifest> {
  const parsed = Manifest.safeParse(parseJson(readFileSync(file, 'utf8'), shown));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new UsageError(`${shown} is invalid: ${issues.join('; ')}.`);
}

/** @throws UsageError that names the file */
export function parseJson(text: string, shown: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${shown} is not JSON: ${(error as Error).message}.`);
  }
}
