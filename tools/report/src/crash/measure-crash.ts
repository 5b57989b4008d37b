import { setTimeout as sleep } from 'node:timers/promises';
import type { SafeRequest } from '../load/requests.ts';
import { RunningTopology } from '../load/running-topology.ts';
import { deathHeader } from './mortal-endpoint.ts';

/** Requests of other endpoints while one dies. */
export interface Losses {
  readonly sent: number;
  readonly lost: number;
  /** Whose requests were lost. */
  readonly endpoints: readonly string[];
  /** How often the endpoint died. */
  readonly deaths: number;
  /** Answers to the others meanwhile: they wait when their environment died with it. */
  readonly answeredPerSecond: number;
}

export interface CrashOptions {
  readonly workspaceRoot: string;
  readonly topology: string;
  readonly victim: SafeRequest;
  readonly others: readonly SafeRequest[];
}

/** How many send requests at once. */
const senders = 4;

/** Lets a mortal endpoint die again and again while others are asked. */
export async function loseByDeath(options: CrashOptions, deaths: number): Promise<Losses> {
  const { victim, others } = options;
  const running = await RunningTopology.start(options.workspaceRoot, options.topology);
  try {
    for (const { path } of [victim, ...others]) await running.ask(path);
    let isOver = false;
    const outcome = record();
    const load = Array.from({ length: senders }, async (_, sender) => {
      for (let turn = sender; !isOver; turn++) {
        const { endpoint, path } = others[turn % others.length] as SafeRequest;
        outcome.note(endpoint, await running.ask(path));
      }
    });
    let died = 0;
    for (let death = 0; death < deaths; death++) {
      await sleep(50);
      const status = await running.ask(victim.path, { [deathHeader]: '1' });
      if (status >= 500 || status === 0) died++;
    }
    await sleep(50);
    isOver = true;
    await Promise.all(load);
    return outcome.losses(died);
  } finally {
    await running.stop();
  }
}

/** Asks others while an endpoint cannot be loaded. */
export async function loseAtInit(options: CrashOptions, turns: number): Promise<Losses> {
  const { victim, others } = options;
  const running = await RunningTopology.start(options.workspaceRoot, options.topology);
  try {
    const outcome = record();
    let failed = 0;
    for (let turn = 0; turn < turns; turn++) {
      if ((await running.ask(victim.path)) >= 500) failed++;
      for (const { endpoint, path } of others) outcome.note(endpoint, await running.ask(path));
    }
    return outcome.losses(failed);
  } finally {
    await running.stop();
  }
}

function record() {
  const startedAt = performance.now();
  const lostBy = new Map<string, number>();
  let sent = 0;
  return {
    note: (endpoint: string, status: number) => {
      sent++;
      if (status === 0 || status >= 500) lostBy.set(endpoint, (lostBy.get(endpoint) ?? 0) + 1);
    },
    losses: (deaths: number): Losses => {
      const lost = lostBy.values().reduce((sum, count) => sum + count, 0);
      return {
        sent,
        lost,
        endpoints: [...lostBy.keys()].sort(),
        deaths,
        answeredPerSecond: ((sent - lost) * 1000) / (performance.now() - startedAt),
      };
    },
  };
}
