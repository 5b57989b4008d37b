import * as z from 'zod';
import { settingsPath } from '../folders.ts';
import { readOptionalJson } from '../read-json.ts';
import { UsageError } from '../usage-error.ts';

export const topologyFile = 'topology.json';

const Isolation = z.enum(['process', 'thread']);
/** The isolation of a function's environments on this machine: a process each, or a thread each. */
export type Isolation = z.output<typeof Isolation>;

export const TopologyFile = z.strictObject({
  $schema: z.string().optional(),
  active: z.string().default('nano').describe('Topology that is used unless another is named.'),
  topologies: z
    .record(z.string(), z.array(z.string()))
    .default({ nano: [] })
    .describe('Units of each topology. Every other endpoint is a function by itself.'),
  isolation: z
    .union([Isolation, z.record(z.string(), Isolation)])
    .optional()
    .describe('Isolation on this machine: one for all functions, or by function, with "*" for all others.'),
});
export type TopologyFile = z.output<typeof TopologyFile>;

/**
 * Reads topology.json. Without it, every endpoint is a function.
 *
 * @throws UsageError that names the key
 */
export function readTopologyFile(workspaceRoot: string): TopologyFile {
  const path = settingsPath(workspaceRoot, topologyFile);
  const file = readOptionalJson(workspaceRoot, path, TopologyFile);
  unitsOf(file, file.active, path, ', which is "active"');
  return file;
}

/**
 * The names of a topology's units.
 *
 * @param path - path of topology.json, for the error
 * @param place - where the topology is named, for the error
 * @throws UsageError with the choices when there is no such topology
 */
export function unitsOf(
  { topologies }: TopologyFile,
  name: string,
  path: string,
  place = '',
): readonly string[] {
  const units = topologies[name];
  if (units) return units;
  const choices = Object.keys(topologies).join(', ');
  throw new UsageError(`${path}: there is no topology "${name}"${place}. There are: ${choices}.`);
}
