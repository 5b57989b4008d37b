import { existsSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { type Endpoint, type PackedFunction, type Packing, readJson } from './topology.ts';
import { UsageError } from './usage-error.ts';

/** The package.json of an endpoint or a unit, as far as it concerns its function. */
const Manifest = z.object({
  dependencies: z.record(z.string(), z.string()).default({}),
  lambda: z
    .strictObject({
      /** Megabytes. @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
      memorySize: z.int().min(128).max(10_240).optional(),
      /** Seconds. API Gateway waits for 30. */
      timeout: z.int().min(1).max(30).optional(),
      /** Invocations at once. */
      reservedConcurrency: z.int().min(1).max(1000).optional(),
    })
    .default({}),
});

const defaults = { memorySize: 256, timeout: 10 };

/** A function of the workspace with what package.json files say of it. */
export interface WorkspaceFunction extends PackedFunction {
  /** What `nx run <name>:build` makes. */
  readonly builtBundle: string;
  readonly memorySize: number;
  readonly timeout: number;
  readonly reservedConcurrency?: number | undefined;
  readonly usesDatabase: boolean;
}

/**
 * Finds an endpoint or a unit by its name, whichever topology is used.
 *
 * @throws UsageError when there is none
 */
export function findPacked(name: string, { endpoints, units }: Packing): PackedFunction {
  const unit = units.find((one) => one.name === name);
  if (unit) return { ...unit, kind: 'unit' };
  const endpoint = endpoints.find((one) => one.name === name);
  if (endpoint) return { ...endpoint, kind: 'endpoint', endpoints: [endpoint] };
  const choices = [...endpoints, ...units].map((one) => one.name).join(', ');
  throw new UsageError(`There is no endpoint or unit "${name}". There are: ${choices}.`);
}

/**
 * Reads the settings of a function. Where a unit's own package.json does not say, it has as much memory and time as the
 * endpoint that wants most.
 *
 * @throws UsageError when a "lambda" setting is invalid
 */
export function readFunction(packed: PackedFunction, workspaceRoot: string): WorkspaceFunction {
  const own = readManifest(packed, workspaceRoot).lambda;
  const parts = packed.endpoints.map((endpoint) => readManifest(endpoint, workspaceRoot));
  const most = (key: 'memorySize' | 'timeout') =>
    Math.max(...parts.map(({ lambda }) => lambda[key] ?? defaults[key]));
  return {
    ...packed,
    builtBundle: join(workspaceRoot, packed.root, 'dist/handler.mjs'),
    memorySize: own.memorySize ?? most('memorySize'),
    timeout: own.timeout ?? most('timeout'),
    reservedConcurrency: own.reservedConcurrency,
    usesDatabase: parts.some(({ dependencies }) => '@nanoservices/data-access' in dependencies),
  };
}

/** @throws UsageError when the function is not built */
export function requireBuilt({ name, builtBundle }: WorkspaceFunction): string {
  if (existsSync(builtBundle)) return builtBundle;
  throw new UsageError(`${name} is not built. Build it: npx nx run ${name}:build`);
}

function readManifest({ root }: Pick<Endpoint, 'root'>, workspaceRoot: string): z.output<typeof Manifest> {
  return readJson(workspaceRoot, `${root}/package.json`, Manifest);
}
