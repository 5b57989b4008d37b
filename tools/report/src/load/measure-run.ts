import { setTimeout as sleep } from 'node:timers/promises';
import { treeMemoryMb } from '@nanoservices/runtime/process-tree';
import type pg from 'pg';
import { median, quantile } from '../figure.ts';
import { load } from './load.ts';
import { mix, type SafeRequest } from './requests.ts';
import { RunningTopology } from './running-topology.ts';

/** What one run of a topology showed. */
export interface RunMeasures {
  /** By function, in milliseconds. */
  readonly inits: ReadonlyMap<string, number>;
  /** Of one environment of each function; undefined where the system does not tell. */
  readonly memoryMb: number | undefined;
  /** By endpoint: how long one request at a time takes in Lambda's report, in milliseconds. */
  readonly service: ReadonlyMap<string, number>;
  /** The status of endpoints that would not answer: of 400 and above, or 0. They have no part in the load. */
  readonly refused: ReadonlyMap<string, number>;
  /** Under load; undefined where there was none. */
  readonly p50Ms: number | undefined;
  readonly p99Ms: number | undefined;
  readonly requestsPerSecond: number | undefined;
  readonly failed: number;
  /** To the database, when the load ends; undefined where there is neither. */
  readonly connections: number | undefined;
}

export interface RunOptions {
  readonly workspaceRoot: string;
  readonly topology: string;
  readonly functions: readonly string[];
  readonly requests: readonly SafeRequest[];
  /** Connected to the workspace's database. */
  readonly database: pg.Client | undefined;
  /** Requests at once. */
  readonly concurrency: number;
  readonly seconds: number;
}

/** How often an endpoint is asked, one request after the other. */
const asked = 8;
/** Longer than log lines wait to be written. */
const logDelayMs = 60;

/** Starts a topology, and measures it: one environment of each function, then one request at a time, then under load. */
export async function measureRun(options: RunOptions): Promise<RunMeasures> {
  const { requests, database, concurrency, seconds } = options;
  const running = await RunningTopology.start(options.workspaceRoot, options.topology);
  try {
    await sleep(200);
    const idle = memoryOf(running);
    const before = await connectionsTo(database);
    const inits = await startEach(running, options.functions);
    await sleep(200);
    const used = memoryOf(running);
    const memoryMb = idle === undefined || used === undefined ? undefined : used - idle;
    const { service, refused } = await askEach(running, requests);
    const paths = mix(requests.filter(({ endpoint }) => !refused.has(endpoint))).map(({ path }) => path);
    const at = { connections: concurrency, headers: running.headers };
    // Environments start, and code gets hot.
    if (paths.length > 0) await load(running.url, paths, { ...at, seconds: Math.min(2, seconds) });
    const loaded = paths.length > 0 ? await load(running.url, paths, { ...at, seconds }) : undefined;
    const after = loaded && (await connectionsTo(database));
    return {
      inits,
      memoryMb,
      service,
      refused,
      p50Ms: loaded && quantile(loaded.latenciesMs, 0.5),
      p99Ms: loaded && quantile(loaded.latenciesMs, 0.99),
      requestsPerSecond: loaded?.requestsPerSecond,
      failed: loaded?.failed ?? 0,
      connections: after === undefined || before === undefined ? undefined : after - before,
    };
  } finally {
    await running.stop();
  }
}

/** Only Linux tells what processes share. */
function memoryOf({ pid }: RunningTopology): number | undefined {
  return process.platform === 'linux' ? treeMemoryMb(pid) : undefined;
}

async function startEach(
  running: RunningTopology,
  functions: readonly string[],
): Promise<Map<string, number>> {
  const inits = new Map<string, number>();
  for (const name of functions) {
    const report = await running.smoke(name);
    if (report?.initDurationMs !== undefined) inits.set(name, report.initDurationMs);
  }
  return inits;
}

/** The caller's report comes after those of the functions that it calls. API Gateway's own answers have none. */
async function askEach(running: RunningTopology, requests: readonly SafeRequest[]) {
  const service = new Map<string, number>();
  const refused = new Map<string, number>();
  for (const { endpoint, path } of requests) {
    const durations: number[] = [];
    for (let n = 0; n < asked; n++) {
      const known = running.reports().length;
      const status = await running.ask(path);
      await sleep(logDelayMs);
      const report = running.reports().slice(known).at(-1);
      if (status === 0 || status >= 400) refused.set(endpoint, status);
      // The first opens the connection to the database.
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
