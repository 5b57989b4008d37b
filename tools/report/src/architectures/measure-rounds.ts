import { acquireDatabase } from '@nanoservices/database';
import pg from 'pg';
import { measureRun, type RunMeasures } from '../load/measure-run.ts';
import { type BuildMeasures, measureBuild } from './measure-build.ts';
import type { ReportOptions } from './options.ts';
import type { Subject, Topology } from './subject.ts';

/** What was measured of each topology, by its name, once in each round. */
export interface Rounds {
  readonly builds: ReadonlyMap<string, readonly BuildMeasures[]>;
  readonly runs: ReadonlyMap<string, readonly RunMeasures[]>;
}

/** Builds and runs the topologies of a workspace; they take turns in every round. */
export async function measureRounds(
  subject: Subject,
  copyRoot: string,
  { rounds, seconds, concurrency }: ReportOptions,
  progress: (doing: string) => void,
): Promise<Rounds> {
  const builds = new Map<string, BuildMeasures[]>();
  const runs = new Map<string, RunMeasures[]>();
  await using database = await openDatabase(subject, copyRoot);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < subject.topologies.length; turn++) {
      const topology = subject.topologies[(turn + round) % subject.topologies.length] as Topology;
      const { name } = topology;
      progress(`round ${round + 1} of ${rounds}: ${name}`);
      builds.set(name, [...(builds.get(name) ?? []), await measureBuild(subject, topology)]);
      const run = await measureRun({
        workspaceRoot: copyRoot,
        topology: name,
        functions: topology.functions.map((one) => one.name),
        requests: subject.requests,
        database: database.client,
        concurrency,
        seconds,
      });
      runs.set(name, [...(runs.get(name) ?? []), run]);
    }
  }
  return { builds, runs };
}

/** The status of each endpoint that would not answer. */
export function refusedIn({ runs }: Rounds): Map<string, number> {
  return new Map([...runs.values()].flat().flatMap(({ refused }) => [...refused]));
}

/** The embedded database of the copy, kept up as long as it is measured. */
async function openDatabase({ topologies }: Subject, workspaceRoot: string) {
  const isUsed = topologies.some(({ functions }) => functions.some(({ usesDatabase }) => usesDatabase));
  if (!isUsed) return { client: undefined, [Symbol.asyncDispose]: async () => {} };
  const lease = await acquireDatabase({ workspaceRoot });
  const client = new pg.Client(lease.url);
  await client.connect();
  const close = async () => {
    await client.end();
    await lease.release();
  };
  return { client, [Symbol.asyncDispose]: close };
}
