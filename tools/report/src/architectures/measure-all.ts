import { requireGrouping } from '../advice/best-grouping.ts';
import { type Bundle, bundleFunctions } from '../bundles/bundle.ts';
import { breakInit, makeCrashing } from '../crash/crashing-endpoint.ts';
import { crashAtInit, crashInRequests, type Losses } from '../crash/measure-crash.ts';
import { type History, readHistory } from '../history/read-history.ts';
import type { SafeRequest } from '../load/requests.ts';
import { WorkspaceCopy } from '../workspace-copy.ts';
import { measureRounds, type Rounds, refusedIn } from './measure-rounds.ts';
import type { ReportOptions } from './options.ts';
import type { Progress } from './progress.ts';
import type { Subject } from './subject.ts';

/** Requests lost to other endpoints while one crashes. */
export interface CrashMeasures {
  readonly inRequests: Losses;
  readonly atInit: Losses;
}

/** All measurements and counts. */
export interface Measurements extends Rounds {
  /** Losses by topology; undefined without two endpoints that answer. */
  readonly crashes: ReadonlyMap<string, CrashMeasures> | undefined;
  readonly crashedEndpoint: string | undefined;
  /** Each endpoint's own bundle. */
  readonly endpoints: readonly Bundle[];
  readonly history: History | undefined;
}

/**
 * Measures a workspace, on a copy of it. Topologies take turns in every round.
 *
 * @throws UsageError when the limits of the traffic file allow no topology
 */
export async function measureAll(
  subject: Subject,
  options: ReportOptions,
  progress: Progress,
): Promise<Measurements> {
  const { workspace, traffic } = subject;
  progress('bundle of each endpoint');
  const endpoints = await bundleFunctions(
    workspace.root,
    workspace.endpoints.map(({ name }) => workspace.functionNamed(name)),
  );
  requireGrouping(endpoints, traffic);
  progress(`history of ${options.commits} commits`);
  const history = await readHistory(workspace.root, workspace.units, options.commits);
  using copy = new WorkspaceCopy(workspace.root);
  const rounds = await measureRounds(subject, copy.root, options, progress);
  const refused = refusedIn(rounds);
  const requests = subject.requests.filter(({ endpoint }) => !refused.has(endpoint));
  return {
    ...rounds,
    ...(await measureCrashes({ ...subject, requests }, copy, progress)),
    endpoints,
    history,
  };
}

/** Crashes of the endpoint in each topology. */
const crashTimes = 10;
/** Requests to each other endpoint while it cannot start. */
const initTurns = 5;

async function measureCrashes(
  subject: Subject,
  copy: WorkspaceCopy,
  progress: Progress,
): Promise<Pick<Measurements, 'crashes' | 'crashedEndpoint'>> {
  const { workspace, applications } = subject;
  const crashing = requestToCrash(subject);
  const others = subject.requests.filter((request) => request !== crashing);
  if (!crashing || others.length === 0) return { crashes: undefined, crashedEndpoint: undefined };
  const crashedEndpoint = crashing.endpoint;
  const packed = workspace.functionNamed(crashedEndpoint);
  const optionsOf = (topology: string) => ({ workspaceRoot: copy.root, topology, crashing, others });
  const inRequests = new Map<string, Losses>();
  makeCrashing(copy, packed);
  for (const { topology } of applications) {
    progress(`${crashedEndpoint} crashes: ${topology}`);
    inRequests.set(topology, await crashInRequests(optionsOf(topology), crashTimes));
  }
  breakInit(copy, packed);
  const crashes = new Map<string, CrashMeasures>();
  for (const { topology } of applications) {
    progress(`${crashedEndpoint} does not start: ${topology}`);
    const atInit = await crashAtInit(optionsOf(topology), initTurns);
    crashes.set(topology, { inRequests: inRequests.get(topology) as Losses, atInit });
  }
  return { crashes, crashedEndpoint };
}

/** A request to the endpoint that shares its functions with most others that answer, over all topologies. */
function requestToCrash({ requests, applications }: Subject): SafeRequest | undefined {
  const neighbours = ({ endpoint }: SafeRequest) =>
    applications
      .map((application) => application.functionOf(endpoint))
      .reduce(
        (sum, { endpoints }) =>
          sum + requests.filter((one) => endpoints.some(({ name }) => name === one.endpoint)).length,
        0,
      );
  return requests.toSorted((a, b) => neighbours(b) - neighbours(a))[0];
}
