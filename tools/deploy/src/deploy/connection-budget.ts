import { type PackedFunction, type Stage, UsageError } from '@nanoservices/model';

/** Connections for migrations, roles, and a person who looks why there are none. */
const ownConnections = 5;

type Consumer = Pick<PackedFunction, 'name' | 'settings' | 'environment'>;
type Budgeted = Pick<Stage, 'name' | 'file' | 'maxConnections' | 'environment'>;

/**
 * Divides the connections of a stage among its functions.
 *
 * A function with reserved concurrency has as many environments at once. It may hold twice their connections: after a deployment,
 * idle environments of the previous version keep theirs for up to 30 s (`idle_session_timeout`). Other functions have any number of
 * environments; with `maxConnections` they get equal shares of what is left, otherwise each may hold half of what the server takes.
 *
 * @param functions - the functions with a database
 * @param available - connections that the server takes; undefined before it is asked
 * @returns the connection limit of each function's role, by the function's name
 * @throws UsageError when the reserved concurrency exceeds `maxConnections`, nothing is left for a function without, or the server
 * takes fewer connections
 */
export function connectionLimits(
  stage: Budgeted,
  functions: readonly Consumer[],
  available = Number.POSITIVE_INFINITY,
): Map<string, number> {
  const { maxConnections } = stage;
  const setting = `${stage.file}: stage "${stage.name}" has maxConnections ${maxConnections}`;
  const reserved = functions.flatMap((one) => {
    const { reservedConcurrency } = one.settings;
    return reservedConcurrency === undefined
      ? []
      : [{ name: one.name, connections: reservedConcurrency * poolSize(stage, one) }];
  });
  const free = functions.filter(({ settings }) => settings.reservedConcurrency === undefined);
  const sum = reserved.reduce((total, { connections }) => total + connections, 0);
  if (maxConnections !== undefined) {
    if (sum > maxConnections) {
      const parts = reserved.map(({ name, connections }) => `${name} ${connections}`).join(', ');
      throw new UsageError(
        `${setting}, but the functions reserve ${sum}: ${parts}. Reserve less ("lambda": { "reservedConcurrency" } in package.json), or raise it.`,
      );
    }
    if (maxConnections + ownConnections > available) {
      throw new UsageError(
        `${setting}, but the database takes ${available} connections, and deployments need ${ownConnections}. Lower it to ${Math.max(1, available - ownConnections)}, or raise max_connections.`,
      );
    }
  }
  const left = maxConnections === undefined ? available / 2 : (maxConnections - sum) / free.length;
  if (maxConnections !== undefined && free.some((one) => left < poolSize(stage, one))) {
    throw new UsageError(
      `${setting}, of which ${maxConnections - sum} are left for ${free.length} functions without reservedConcurrency: ${free.map(({ name }) => name).join(', ')}. Raise it, reserve less, or fuse functions.`,
    );
  }
  return new Map([
    ...reserved.map(({ name, connections }) => [name, 2 * connections] as const),
    ...free.map(({ name }) => [name, Math.max(1, Math.floor(left))] as const),
  ]);
}

/** Connections of one environment. */
function poolSize({ environment }: Budgeted, { environment: own }: Consumer): number {
  return Number(environment.DATABASE_POOL_SIZE ?? own.DATABASE_POOL_SIZE) || 1;
}
