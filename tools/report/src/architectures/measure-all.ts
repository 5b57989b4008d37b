import { WorkspaceCopy } from '@nanoservices/runtime/testing';
import { requireGrouping } from '../advice/best-grouping.ts';
import { type Bundle, bundleGroups } from '../bundles/bundle.ts';
import { type Losses, loseAtInit, loseByDeath } from '../crash/measure-crash.ts';
import { makeMortal, makeStillborn } from '../crash/mortal-endpoint.ts';
import { type History, readHistory } from '../history/read-history.ts';
import type { SafeRequest } from '../load/requests.ts';
import { measureRounds, type Rounds, refusedIn } from './measure-rounds.ts';
import type { ReportOptions } from './options.ts';
import type { Subject } from './subject.ts';

export interface CrashMeasures {
  readonly death: Losses;
  readonly init: Losses;
}

/** Everything that was measured and counted. */
export interface Measurements extends Rounds {
  /** By topology; undefined where there are no two endpoints to ask. */
  readonly crashes: ReadonlyMap<string, CrashMeasures> | undefined;
  readonly victim: string | undefined;
  /** Each endpoint's own bundle. */
  readonly endpoints: readonly Bundle[];
  readonly history: History | undefined;
}

/**
 * Measures a workspace, on a copy of it. Topologies take turns in every round.
 *
 * @throws UsageError when the limits of the traffic description leave no topology to propose
 */
export async function measureAll(
  subject: Subject,
  options: ReportOptions,
  progress: (doing: string) => void,
): Promise<Measurements> {
  const { packing, routeOf, workspaceRoot } = subject;
  progress('bundle of each endpoint');
  const alone = packing.endpoints.map((endpoint) => ({ name: endpoint.name, endpoints: [endpoint] }));
  const endpoints = await bundleGroups(workspaceRoot, alone, routeOf);
  requireGrouping(endpoints, subject.traffic);
  progress(`history of ${options.commits} commits`);
  const history = await readHistory(workspaceRoot, packing.units, options.commits);
  const copy = new WorkspaceCopy();
  try {
    const rounds = await measureRounds(subject, copy.root, options, progress);
    const refused = refusedIn(rounds);
    const requests = subject.requests.filter(({ endpoint }) => !refused.has(endpoint));
    const { victim, crashes } = await measureCrashes({ ...subject, requests }, copy, progress);
    return { ...rounds, crashes, victim, endpoints, history };
  } finally {
    copy.delete();
  }
}

/** How often the endpoint dies, and how often the others are asked while it cannot start. */
const deaths = 10;
const turns = 5;

async function measureCrashes(subject: Subject, copy: WorkspaceCopy, progress: (doing: string) => void) {
  const victim = chooseVictim(subject);
  const others = subject.requests.filter((request) => request !== victim);
  const endpoint = subject.packing.endpoints.find(({ name }) => name === victim?.endpoint);
  if (!victim || !endpoint || others.length === 0) return { victim: undefined, crashes: undefined };
  const optionsOf = (topology: string) => ({ workspaceRoot: copy.root, topology, victim, others });
  const died = new Map<string, Losses>();
  makeMortal(copy.root, endpoint);
  for (const { name } of subject.topologies) {
    progress(`${victim.endpoint} dies: ${name}`);
    died.set(name, await loseByDeath(optionsOf(name), deaths));
  }
  makeStillborn(copy.root, endpoint);
  const crashes = new Map<string, CrashMeasures>();
  for (const { name } of subject.topologies) {
    progress(`${victim.endpoint} does not start: ${name}`);
    crashes.set(name, { death: died.get(name) as Losses, init: await loseAtInit(optionsOf(name), turns) });
  }
  return { victim: victim.endpoint, crashes };
}

/** The endpoint that shares its functions with the most others that can be asked, over all topologies. */
function chooseVictim({ requests, topologies }: Subject): SafeRequest | undefined {
  const company = ({ endpoint }: SafeRequest) =>
    topologies
      .flatMap(({ functions }) => functions)
      .filter(({ endpoints }) => endpoints.some(({ name }) => name === endpoint))
      .reduce(
        (sum, { endpoints }) =>
          sum + requests.filter((one) => endpoints.some(({ name }) => name === one.endpoint)).length,
        0,
      );
  return requests.toSorted((a, b) => company(b) - company(a))[0];
}
