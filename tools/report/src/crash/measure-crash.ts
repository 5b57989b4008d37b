import { setTimeout as sleep } from 'node:timers/promises';
import type { SafeRequest } from '../load/requests.ts';
import { RunningTopology } from '../load/running-topology.ts';
import { crashHeader } from './crashing-endpoint.ts';

/** Requests to other endpoints while one crashes. */
export interface Losses {
  readonly sent: number;
  readonly lost: number;
  /** The endpoints that lost requests. */
  readonly endpoints: readonly string[];
  /** Crashes, or failed starts, of the crashed endpoint. */
  readonly crashes: number;
  /** Good responses of the others: their requests wait if their environment has crashed. */
  readonly answeredPerSecond: number;
}

export interface CrashOptions {
  readonly workspaceRoot: string;
  readonly topology: string;
  /** A request to the endpoint that crashes. */
  readonly crashing: SafeRequest;
  readonly others: readonly SafeRequest[];
}

/** Requests at once to the other endpoints. */
const senders = 4;
/** Milliseconds of load between two crashes. */
const intervalMs = 50;

/** Crashes an endpoint again and again while requests to others are under way. */
export async function crashInRequests(options: CrashOptions, times: number): Promise<Losses> {
  const { crashing, others } = options;
  await using running = await RunningTopology.start(options.workspaceRoot, options.topology);
  for (const { path } of [crashing, ...others]) await running.get(path);
  let isOver = false;
  const tally = lossTally();
  const load = Array.from({ length: senders }, async (_, sender) => {
    for (let turn = sender; !isOver; turn++) {
      const { endpoint, path } = others[turn % others.length] as SafeRequest;
      tally.add(endpoint, await running.get(path));
    }
  });
  let crashes = 0;
  for (let crash = 0; crash < times; crash++) {
    await sleep(intervalMs);
    const status = await running.get(crashing.path, { [crashHeader]: '1' });
    if (isLost(status)) crashes++;
  }
  await sleep(intervalMs);
  isOver = true;
  await Promise.all(load);
  return tally.losses(crashes);
}

/** Sends requests to other endpoints while one cannot be loaded. */
export async function crashAtInit(options: CrashOptions, turns: number): Promise<Losses> {
  const { crashing, others } = options;
  await using running = await RunningTopology.start(options.workspaceRoot, options.topology);
  const tally = lossTally();
  let crashes = 0;
  for (let turn = 0; turn < turns; turn++) {
    if (isLost(await running.get(crashing.path))) crashes++;
    for (const { endpoint, path } of others) tally.add(endpoint, await running.get(path));
  }
  return tally.losses(crashes);
}

function isLost(status: number): boolean {
  return status === 0 || status >= 500;
}

function lossTally() {
  const startedAt = performance.now();
  const lostBy = new Map<string, number>();
  let sent = 0;
  return {
    add: (endpoint: string, status: number) => {
      sent++;
      if (isLost(status)) lostBy.set(endpoint, (lostBy.get(endpoint) ?? 0) + 1);
    },
    losses: (crashes: number): Losses => {
      const lost = lostBy.values().reduce((sum, count) => sum + count, 0);
      return {
        sent,
        lost,
        endpoints: [...lostBy.keys()].sort(),
        crashes,
        answeredPerSecond: ((sent - lost) * 1000) / (performance.now() - startedAt),
      };
    },
  };
}
