import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import type { Isolation } from '../environment/sandbox.ts';
import { parseJson } from '../function-registry.ts';
import { Cors } from '../gateway/cors.ts';
import { UsageError } from '../usage-error.ts';

export const topologyFile = 'functions/topology.json';
export const apiFile = 'functions/api.json';

const IsolationName = z.enum(['process', 'thread']);
/** `"thread"` for all functions, or by name, with `"*"` for the others. */
const Topology = z.strictObject({
  isolation: z.optional(z.union([IsolationName, z.record(z.string(), IsolationName)])),
});
const Api = z.strictObject({ cors: z.optional(Cors) });

/** What the workspace says about how it is run. */
export interface Settings {
  isolationOf(functionName: string): Isolation;
  readonly cors: Cors | undefined;
}

/**
 * Reads functions/topology.json and functions/api.json; both may be absent.
 *
 * @throws UsageError that names the file, the key and the choices
 */
export function readSettings(workspaceRoot: string, functionNames: readonly string[]): Settings {
  const { isolation = {} } = read(topologyFile, Topology, workspaceRoot);
  const { cors } = read(apiFile, Api, workspaceRoot);
  const byName: Record<string, Isolation> = typeof isolation === 'string' ? { '*': isolation } : isolation;
  const unknown = Object.keys(byName).find((name) => name !== '*' && !functionNames.includes(name));
  if (unknown) {
    const choices = `*, ${functionNames.join(', ')}`;
    throw new UsageError(
      `${topologyFile}: "isolation" names "${unknown}", which is no function. There are: ${choices}.`,
    );
  }
  return { isolationOf: (name) => byName[name] ?? byName['*'] ?? 'process', cors };
}

function read<Schema extends z.ZodMiniType>(
  file: string,
  schema: Schema,
  workspaceRoot: string,
): z.output<Schema> {
  const path = join(workspaceRoot, file);
  if (!existsSync(path)) return schema.parse({});
  const parsed = schema.safeParse(parseJson(readFileSync(path, 'utf8'), file));
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new UsageError(`${file} is invalid: ${issues.join('; ')}.`);
}
