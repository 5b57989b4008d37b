import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod/mini';
import type { FunctionConfiguration } from './environment.ts';
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
    }),
  ),
});

/** A function of the workspace: an endpoint with what its package.json says of it. */
export interface LocalFunction extends Omit<FunctionConfiguration, 'environment'> {
  readonly contractFile: string;
  readonly usesDatabase: boolean;
}

/** The folders of all endpoints by name, relative to the workspace root. */
function endpointRoots(workspaceRoot: string): Map<string, string> {
  const handlers = globSync('functions/*/*/src/handler.ts', { cwd: workspaceRoot });
  return new Map(handlers.map((file) => dirname(dirname(file))).map((root) => [basename(root), root]));
}

export function isEndpoint(name: string, workspaceRoot: string): boolean {
  return endpointRoots(workspaceRoot).has(name);
}

/**
 * The folder of an endpoint.
 *
 * @throws UsageError when there is none of this name
 */
export function requireEndpoint(name: string, workspaceRoot: string): string {
  const roots = endpointRoots(workspaceRoot);
  const root = roots.get(name);
  if (root) return join(workspaceRoot, root);
  throw new UsageError(`There is no endpoint "${name}". There are: ${[...roots.keys()].sort().join(', ')}.`);
}

/**
 * Finds the function of an endpoint.
 *
 * @throws UsageError when there is no such endpoint, its "lambda" settings are invalid or it is not built
 */
export function findFunction(name: string, workspaceRoot: string): LocalFunction {
  const root = requireEndpoint(name, workspaceRoot);
  const bundle = join(root, 'dist/handler.mjs');
  if (!existsSync(bundle)) throw new UsageError(`${name} is not built. Build it: npx nx run ${name}:build`);
  const { lambda = {}, dependencies = {} } = readManifest(join(root, 'package.json'), name);
  return {
    functionName: name,
    bundle,
    contractFile: join(root, 'src/contract.ts'),
    memorySize: lambda.memorySize ?? 256,
    timeout: lambda.timeout ?? 10,
    usesDatabase: '@nanoservices/data-access' in dependencies,
  };
}

function readManifest(file: string, name: string): z.output<typeof Manifest> {
  const parsed = Manifest.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new UsageError(`The package.json of ${name} is invalid: ${issues.join('; ')}.`);
}
