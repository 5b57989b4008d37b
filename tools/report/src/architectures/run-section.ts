import type { RunMeasures } from '../load/measure-run.ts';
import type { Figure, Section } from '../report.ts';
import { trafficFile } from '../traffic/traffic-file.ts';
import type { Evidence } from './evidence.ts';
import { refusedIn } from './measure-rounds.ts';
import { barsByTopology, failures, meanInitMs, measured, plural } from './summarise.ts';

/** Init, memory, latency and connections, on the local Lambda. */
export function runSection(evidence: Evidence, concurrency: number): Section {
  const { topologies, measurements, subject } = evidence;
  const each = (pick: (run: RunMeasures) => number | undefined) =>
    topologies.map(({ name }) => ({
      topology: name,
      figure: measured((measurements.runs.get(name) ?? []).map(pick)) as Figure | undefined,
    }));
  return {
    title: 'Running',
    text: [
      `On the local Lambda, in the isolation that \`functions/topology.json\` says. Load is ${plural(concurrency, 'request')} at once, to ${plural(subject.requests.length, 'GET endpoint')} in the shares of the traffic; load generator, database and functions share this machine, and the more functions there are, the more processes share its processors.`,
      ...(subject.requests.length === 0
        ? ['There is no GET endpoint, so nothing was asked: only these change nothing.']
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
        { note: 'A cold start waits that long, at least.' },
      ),
      ...barsByTopology(
        'Memory of one environment each',
        { name: 'proportional set size', unit: 'MB' },
        { 'all functions': each(({ memoryMb }) => memoryMb) },
        { note: 'Of all functions together, with nothing to do.' },
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
          note: 'Each environment has one, and each function its own environments.',
        },
      ),
    ],
  };
}

/** What was not measured, and why. */
function refusals({ measurements, subject }: Evidence): string[] {
  const refused = refusedIn(measurements);
  if (refused.size === 0) return [];
  const each = subject.requests
    .filter(({ endpoint }) => refused.has(endpoint))
    .map(({ endpoint, path }) => `\`${endpoint}\` answered ${refused.get(endpoint)} to \`GET ${path}\``);
  return [
    `Not measured, and taken to be like the others: ${each.join('; ')}. What to ask is \`path\` in \`${trafficFile}\`, or else the example of the contract; the caller is the demo user.`,
  ];
}
