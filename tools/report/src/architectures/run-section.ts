import { apiFile, settingsPath, topologyFile, trafficFile } from '@nanoservices/model';
import type { RunMeasures } from '../load/measure-run.ts';
import type { Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { refusedIn } from './measure-rounds.ts';
import { barsByTopology, failures, meanInitMs, measured, plural } from './summarise.ts';

/** Init, memory, latency and connections, on the local Lambda. */
export function runSection(evidence: Evidence, concurrency: number): Section {
  const { applications, measurements, subject } = evidence;
  const each = (pick: (run: RunMeasures) => number | undefined) =>
    applications.map(({ topology }) => ({
      topology,
      figure: measured((measurements.runs.get(topology) ?? []).map(pick)),
    }));
  return {
    title: 'Running',
    text: [
      `On the local Lambda, in the isolation that \`${settingsPath(subject.workspace.root, topologyFile)}\` sets. The load is ${plural(concurrency, 'request')} at once, to ${plural(subject.requests.length, 'GET endpoint')} in the shares of the traffic. Load generator, database and functions share this machine, and more functions have more processes that share its processors.`,
      ...(subject.requests.length === 0
        ? ['There is no GET endpoint, and only these change nothing: no request was sent.']
        : []),
      ...refusals(evidence),
      ...failures(measurements.runs),
    ],
    parts: [
      ...barsByTopology(
        'Init of a function',
        { name: 'init', unit: 'ms' },
        {
          'mean of the functions': each(meanInitMs),
        },
        { note: 'A cold start takes at least that long.' },
      ),
      ...barsByTopology(
        'Memory of one environment each',
        { name: 'proportional set size', unit: 'MB' },
        { 'all functions': each(({ memoryMb }) => memoryMb) },
        { note: 'All functions together, idle.' },
      ),
      ...barsByTopology(
        'Latency under load',
        { name: 'latency', unit: 'ms' },
        { p50: each(({ p50Ms }) => p50Ms), p99: each(({ p99Ms }) => p99Ms) },
      ),
      ...barsByTopology(
        'Requests answered under load',
        { name: 'requests', unit: '1/s' },
        { answered: each(({ requestsPerSecond }) => requestsPerSecond) },
      ),
      ...barsByTopology(
        `Database connections at ${concurrency} requests at once`,
        { name: 'connections' },
        { connections: each(({ connections }) => connections) },
        {
          note: 'Each environment has one, and functions do not share environments.',
        },
      ),
    ],
  };
}

/** The endpoints that could not be measured, and why. */
function refusals({ measurements, subject }: Evidence): string[] {
  const refused = refusedIn(measurements);
  if (refused.size === 0) return [];
  const each = subject.requests
    .filter(({ endpoint }) => refused.has(endpoint))
    .map(({ endpoint, path }) => `\`${endpoint}\` answered ${refused.get(endpoint)} to \`GET ${path}\``);
  return [
    `Not measured, and assumed to be like the others: ${each.join('; ')}. Set the request with \`path\` in \`${settingsPath(subject.workspace.root, trafficFile)}\`, or by the examples of the contract; the caller is \`localCaller\` in \`${settingsPath(subject.workspace.root, apiFile)}\`.`,
  ];
}
