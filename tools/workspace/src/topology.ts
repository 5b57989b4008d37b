import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import * as z from 'zod';
import { UsageError } from './usage-error.ts';

export const topologyFile = 'functions/topology.json';

const Isolation = z.enum(['process', 'thread']);

const TopologyFile = z.strictObject({
  /** The topology that is used when nobody says otherwise. */
  active: z.string().default('nano'),
  /** The units of each topology. An endpoint in none of them is a function of its own. */
  topologies: z.record(z.string(), z.array(z.string())).default({ nano: [] }),
  /** Locally: `"thread"` for all functions, or by name, with `"*"` for the others. */
  isolation: z.optional(z.union([Isolation, z.record(z.string(), Isolation)])),
});
export type TopologyFile = z.output<typeof TopologyFile>;

const UnitManifest = z.object({
  unit: z.optional(
    z.strictObject({
      /** Globs of endpoint folders, relative to `functions/`. Default: every endpoint below the unit's own folder. */
      include: z.optional(z.array(z.string()).min(1)),
    }),
  ),
});

/** An endpoint by its folder, relative to the workspace root, as `functions/users/get-user`. */
export interface Endpoint {
  readonly name: string;
  readonly root: string;
}

/** Endpoints that may be packed into one function: a folder whose package.json has a `"unit"`. */
export interface Unit {
  readonly name: string;
  readonly root: string;
  /** Sorted by name. */
  readonly endpoints: readonly Endpoint[];
  /** Globs of their folders, relative to `functions/`, where its package.json says which. */
  readonly include?: readonly string[] | undefined;
}

/** A Lambda function: an endpoint by itself, or a unit. */
export interface PackedFunction extends Unit {
  readonly kind: 'endpoint' | 'unit';
}

/** The endpoints and units of a workspace. */
export interface Packing {
  readonly endpoints: readonly Endpoint[];
  readonly units: readonly Unit[];
}

/**
 * Finds all endpoints and units.
 *
 * @param endpoints - of the workspace, where they are known
 * @throws UsageError when a unit's package.json is wrong, a unit has no endpoint, or two things have one name
 */
export function readPacking(
  workspaceRoot: string,
  endpoints: readonly Endpoint[] = findEndpoints(workspaceRoot),
): Packing {
  const manifests = globSync('functions/{,*/}package.json', { cwd: workspaceRoot }).map(slashes).sort();
  const units = manifests.flatMap((file) => readUnit(workspaceRoot, file, endpoints)).sort(byName);
  const names = new Map<string, string>();
  for (const { name, root } of [...endpoints, ...units]) {
    const other = names.get(name);
    if (other) throw new UsageError(`${root} and ${other} are both called "${name}": rename one folder.`);
    names.set(name, root);
  }
  return { endpoints, units };
}

/** The unit that a package.json declares, if it declares one. */
export function readUnit(
  workspaceRoot: string,
  manifestFile: string,
  endpoints: readonly Endpoint[] = findEndpoints(workspaceRoot),
): Unit[] {
  const root = posix.dirname(slashes(manifestFile));
  const { unit } = readJson(workspaceRoot, manifestFile, UnitManifest);
  if (!unit) return [];
  const included = unit.include?.flatMap((glob) => findEndpoints(workspaceRoot, `functions/${glob}`));
  const roots = new Set(included?.map((endpoint) => endpoint.root));
  const folder = `${root}/`;
  const own = endpoints.filter((endpoint) =>
    included ? roots.has(endpoint.root) : endpoint.root.startsWith(folder),
  );
  if (own.length === 0) {
    const why = unit.include
      ? `"include" matches none (${unit.include.join(', ')})`
      : 'there is none below it';
    throw new UsageError(`${manifestFile}: the unit has no endpoint: ${why}.`);
  }
  // The folder of all functions is the whole application.
  const name = root === 'functions' ? 'app' : basename(root);
  return [{ name, root, endpoints: own, include: unit.include }];
}

/**
 * Reads functions/topology.json. Without it, every endpoint is a function.
 *
 * @throws UsageError when it is wrong by itself
 */
export function readTopologyFile(workspaceRoot: string): TopologyFile {
  if (!existsSync(join(workspaceRoot, topologyFile))) return TopologyFile.parse({});
  const file = readJson(workspaceRoot, topologyFile, TopologyFile);
  topologyNamed(file, file.active, ', which is "active"');
  return file;
}

/**
 * Packs the endpoints into functions, as a topology says.
 *
 * @param name - the topology; by default that of the environment variable NANO_TOPOLOGY, or the active one
 * @returns the functions by name: units first, then the endpoints that are in none
 * @throws UsageError when there is no such topology, it names an unknown unit, or two of its units overlap
 */
export function packFunctions(
  { endpoints, units }: Packing,
  file: TopologyFile,
  name: string | undefined = process.env.NANO_TOPOLOGY || undefined,
): PackedFunction[] {
  const topology = name ?? file.active;
  const chosen = topologyNamed(file, topology).map((unitName) => {
    const unit = units.find((one) => one.name === unitName);
    if (unit) return unit;
    const declared = units.map((one) => one.name).join(', ') || 'none';
    throw new UsageError(
      `${topologyFile}: topology "${topology}" names unit "${unitName}", which no folder declares. Declared: ${declared}.`,
    );
  });
  const taken = new Map<string, Unit>();
  for (const unit of chosen) {
    for (const endpoint of unit.endpoints) {
      const other = taken.get(endpoint.name);
      if (other) {
        throw new UsageError(
          `${topologyFile}: topology "${topology}": the units "${other.name}" and "${unit.name}" overlap: both contain ${endpoint.name}.`,
        );
      }
      taken.set(endpoint.name, unit);
    }
  }
  const alone = endpoints.filter((endpoint) => !taken.has(endpoint.name));
  return [
    ...chosen.map((unit) => ({ ...unit, kind: 'unit' as const })),
    ...alone.map((endpoint) => ({ ...endpoint, kind: 'endpoint' as const, endpoints: [endpoint] })),
  ];
}

function topologyNamed({ topologies }: TopologyFile, name: string, where = ''): readonly string[] {
  const units = topologies[name];
  if (units) return units;
  const choices = Object.keys(topologies).join(', ');
  throw new UsageError(`${topologyFile}: there is no topology "${name}"${where}. There are: ${choices}.`);
}

/**
 * Finds endpoints.
 *
 * @param glob - of their folders, relative to the workspace root; by default of all
 * @returns them by name
 */
export function findEndpoints(workspaceRoot: string, glob = 'functions/*/*'): Endpoint[] {
  return endpointsOf(globSync(`${glob}/src/handler.ts`, { cwd: workspaceRoot }));
}

/**
 * The endpoints of these files.
 *
 * @param handlerFiles - their `src/handler.ts`, relative to the workspace root
 * @returns them by name
 */
export function endpointsOf(handlerFiles: readonly string[]): Endpoint[] {
  return handlerFiles
    .map((file) => slashes(dirname(dirname(file))))
    .map((root) => ({ name: basename(root), root }))
    .sort(byName);
}

/**
 * Reads a JSON file of the workspace.
 *
 * @param file - relative to the workspace root
 * @throws UsageError that names the file and the key
 */
export function readJson<Schema extends z.ZodType>(
  workspaceRoot: string,
  file: string,
  schema: Schema,
): z.output<Schema> {
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(join(workspaceRoot, file), 'utf8'));
  } catch (error) {
    throw new UsageError(`${file} is not JSON: ${(error as Error).message}.`);
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`);
  throw new UsageError(`${file} is invalid: ${issues.join('; ')}.`);
}

function byName(a: Endpoint, b: Endpoint): number {
  return a.name < b.name ? -1 : 1;
}

function slashes(path: string): string {
  return path.replaceAll('\\', '/');
}
