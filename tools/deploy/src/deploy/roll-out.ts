import { setTimeout as sleep } from 'node:timers/promises';
import type { Stage } from '@nanoservices/model';
import { Failed, LeaseTaken } from '../errors.ts';
import type { LiveAlias, LiveFunctions } from '../live/live-functions.ts';
import type { VersionCounts, VersionMetrics } from '../live/version-metrics.ts';

/** A version that fails too often once requests reach it. All requests reach the previous one again. */
export class RolloutFailed extends Failed {}

type Rollout = NonNullable<Stage['rollout']>;

/** Longest time between two looks at the metrics. */
const longestLookMs = 15_000;

export interface RolloutPlace {
  readonly functions: Pick<LiveFunctions, 'shareLive' | 'unshareLive'>;
  readonly metrics: Pick<VersionMetrics, 'read'>;
  readonly rollout: Rollout;
  /** Throws when the right to change the function was lost. */
  readonly assertHeld: () => void;
  /** Called with each step. */
  readonly report: (step: string) => void;
}

/**
 * Moves requests to a new version in the steps of a rollout. After each look at its metrics it goes on, or takes the version
 * back, with one request to AWS.
 *
 * @param name - of the function on AWS
 * @returns the alias after the last step; moving it to the version is left
 * @throws RolloutFailed when the version fails too often; LeaseTaken
 */
export async function rollOut(
  { functions, metrics, rollout, assertHeld, report }: RolloutPlace,
  name: string,
  before: LiveAlias,
  version: string,
): Promise<LiveAlias> {
  // A right that is missing shows before any request is at stake.
  await metrics.read(name, version, Date.now());
  let alias = before;
  try {
    return await takeSteps();
  } catch (error) {
    if (error instanceof RolloutFailed || error instanceof LeaseTaken || !alias.isWeighted) throw error;
    // Nobody can judge the version, so it gets no request.
    await functions.unshareLive(name, alias, false);
    throw error;
  }
  async function takeSteps(): Promise<LiveAlias> {
    const stepMs = rollout.minutes * 60_000;
    for (const percent of rollout.percent) {
      assertHeld();
      const since = Date.now();
      alias = await functions.shareLive(name, alias, version, percent / 100);
      report(`${percent} % of the requests reach version ${version}`);
      const end = performance.now() + stepMs;
      for (let left = stepMs; left > 0; left = end - performance.now()) {
        await sleep(Math.min(left, longestLookMs, stepMs / 4));
        const [next, previous] = await Promise.all([
          metrics.read(name, version, since),
          metrics.read(name, alias.version, since),
        ]);
        if (!isWorse(next, previous, rollout)) continue;
        assertHeld();
        await functions.unshareLive(name, alias, true);
        throw new RolloutFailed(
          `${name}: version ${version} failed ${next.failures} of ${next.requests} requests; version ${alias.version} gets all of them again.`,
        );
      }
    }
    return alias;
  }
}

/** Tells if a version fails more often than it may, and more often than the one before: a broken database is no fault of it. */
export function isWorse(
  next: VersionCounts,
  previous: VersionCounts,
  { maxErrorRate }: Pick<Rollout, 'maxErrorRate'>,
): boolean {
  const rate = ({ requests, failures }: VersionCounts) => failures / Math.max(requests, failures, 1);
  return rate(next) > maxErrorRate && rate(next) > rate(previous);
}
