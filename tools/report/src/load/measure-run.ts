import { setTimeout as sleep } from 'node:timers/promises';
import type { PackedFunction } from '@nanoservices/model';
import type pg from 'pg';
import { median, quantile } from '../figure.ts';
import { canMeasureTrees, treeMemoryMb } from '../measure/process-tree.ts';
import { load } from './load.ts';
import { mix, type SafeRequest } from './requests.ts';
import { RunningTopology } from './running-topology.ts';

/** Measurements of one run of a topology. */
export interface RunMeasures {
  /** Milliseconds by function. */
  readonly inits: ReadonlyMap<string, number>;
  /** Memory of one environment of each function together; undefined if the system does not tell. */
  readonly memoryMb: number | undefined;
  /** Duration in Lambda's report of one request at a time, in milliseconds by endpoint. */
  readonly service: ReadonlyMap<string, number>;
  /** Status of endpoints that refused: 400 and above, or 0. They are left out of the load. */
  readonly refused: ReadonlyMap<string, number>;
  /** Under load; undefined if there was none. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly requestsPerSecond: number | undefined;
  /** Requests that failed under load. */
  readonly failed: number;
  /** Connections to the database at the end of the load; undefined if there is no load or no database. */
  readonly connections: number | undefined;
}

export interface RunOptions {
  readonly workspaceRoot: string;
  readonly topology: string;
  readonly functions: readonly PackedFunction[];
  readonly requests: readonly SafeRequest[];
  /** A connection to the workspace's database. */
  readonly database: pg.Client | undefined;
  /** Requests at once. */
  readonly concurrency: number;
  /** Duration of the load. */
  readonly seconds: number;
}

/** Requests to each endpoint, one after the other, that its service time is measured by. */
const sequentialRequests = 8;
/** Milliseconds for processes to come to rest before their memory is measured. */
const settleMs = 200;

/** Starts a topology and measures it: first one environment of each function, then one request at a time, then load. */
export async function measureRun(options: RunOptions): Promise<RunMeasures> {
  const { requests, database, concurrency, seconds } = options;
  await using running = await RunningTopology.start(options.workspaceRoot, options.topology);
  const idle = await memoryOf(running);
  const before = await connectionsTo(database);
  const inits = await startEach(running, options.functions);
  const used = await memoryOf(running);
  const { service, refused } = await requestEach(running, requests);
  const paths = mix(requests.filter(({ endpoint }) => !refused.has(endpoint))).map(({ path }) => path);
  const settings = { connections: concurrency, headers: running.headers };
  // Environments start, and code is compiled.
  if (paths.length > 0) await load(running.url, paths, { ...settings, seconds: Math.min(2, seconds) });
  const loaded = paths.length > 0 ? await load(running.url, paths, { ...settings, seconds }) : undefined;
  const after = loaded && (await connectionsTo(database));
  return {
    inits,
    memoryMb: idle === undefined || used === undefined ? undefined : used - idle,
    service,
    refused,
    p50Ms: loaded && quantile(loaded.latenciesMs, 0.5),
    p99Ms: loaded && quantile(loaded.latenciesMs, 0.99),
    requestsPerSecond: loaded?.requestsPerSecond,
    failed: loaded?.failed ?? 0,
    connections: after === undefined || before === undefined ? undefined : after - before,
  };
}

async function memoryOf({ pid }: RunningTopology): Promise<number | undefined> {
  if (!canMeasureTrees) return undefined;
  await sleep(settleMs);
  return treeMemoryMb(pid);
}

async function startEach(
  running: RunningTopology,
  functions: readonly PackedFunction[],
): Promise<Map<string, number>> {
  const inits = new Map<string, number>();
  for (const one of functions) {
    const { report } = await running.smoke(one);
    if (report?.initDurationMs !== undefined) inits.set(one.name, report.initDurationMs);
  }
  return inits;
}

async function requestEach(
  running: RunningTopology,
  requests: readonly SafeRequest[],
): Promise<Pick<RunMeasures, 'service' | 'refused'>> {
  const service = new Map<string, number>();
  const refused = new Map<string, number>();
  for (const { endpoint, path } of requests) {
    const durations: number[] = [];
    for (let n = 0; n < sequentialRequests; n++) {
      const { status, report } = await running.getReported(path);
      if (status === 0 || status >= 400) refused.set(endpoint, status);
      // The first request opens the connection to the database.
      else if (n > 0 && report) durations.push(report.durationMs);
    }
    if (durations.length > 0 && !refused.has(endpoint)) service.set(endpoint, median(durations));
  }
  return { service, refused };
}

async function connectionsTo(database: pg.Client | undefined): Promise<number | undefined> {
  const { rows } =
    (await database?.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE backend_type = 'client backend' AND datname = current_database()`,
    )) ?? {};
  return rows?.[0]?.count;
}
