import { acquireDatabase } from '@nanoservices/database';
import { type PackedApplication, readLayout } from '@nanoservices/model';
import pg from 'pg';
import { measureRun, type RunMeasures } from '../load/measure-run.ts';
import { type BuildMeasures, measureBuild } from './measure-build.ts';
import type { ReportOptions } from './options.ts';
import type { Progress } from './progress.ts';
import type { Subject } from './subject.ts';

/** Measurements by topology, one for each round. */
export interface Rounds {
  readonly builds: ReadonlyMap<string, readonly BuildMeasures[]>;
  readonly runs: ReadonlyMap<string, readonly RunMeasures[]>;
}

/**
 * Builds and runs an application in several topologies, which take turns in every round.
 *
 * @param copyRoot - a copy of the workspace, where it runs
 */
export async function measureRounds(
  { workspace, applications, requests }: Pick<Subject, 'workspace' | 'applications' | 'requests'>,
  copyRoot: string,
  { rounds, seconds, concurrency }: ReportOptions,
  progress: Progress,
): Promise<Rounds> {
  const builds = new Map<string, BuildMeasures[]>();
  const runs = new Map<string, RunMeasures[]>();
  await using database = await openDatabase(applications, copyRoot);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < applications.length; turn++) {
      const { topology, functions } = applications[(turn + round) % applications.length] as PackedApplication;
      progress(`round ${round + 1} of ${rounds}: ${topology}`);
      const build = await measureBuild(workspace.root, functions);
      builds.set(topology, [...(builds.get(topology) ?? []), build]);
      const run = await measureRun({
        workspaceRoot: copyRoot,
        topology,
        functions,
        requests,
        database: database.client,
        concurrency,
        seconds,
      });
      runs.set(topology, [...(runs.get(topology) ?? []), run]);
    }
  }
  return { builds, runs };
}

/** The status of each endpoint that refused a request. */
export function refusedIn({ runs }: Rounds): Map<string, number> {
  return new Map([...runs.values()].flat().flatMap(({ refused }) => [...refused]));
}

/** A connection to the embedded database of a copy, which keeps it running. */
async function openDatabase(applications: readonly PackedApplication[], copyRoot: string) {
  const isUsed = applications.some(({ functions }) => functions.some(({ usesDatabase }) => usesDatabase));
  if (!isUsed) return { client: undefined, [Symbol.asyncDispose]: async () => {} };
  const lease = await acquireDatabase(readLayout(copyRoot), {});
  const client = new pg.Client(lease.url);
  await client.connect();
  const close = async () => {
    await client.end();
    await lease.release();
  };
  return { client, [Symbol.asyncDispose]: close };
}
