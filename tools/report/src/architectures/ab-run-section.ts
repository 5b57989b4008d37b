import { totalBytes } from '../bundles/shared-bytes.ts';
import type { RunMeasures } from '../load/measure-run.ts';
import type { Section } from '../report.ts';
import type { AbRun } from './ab-run.ts';
import type { Evidence } from './evidence.ts';
import { counted, failures, meanInitMs, measured, plural } from './summarise.ts';

const title = 'The proposal, built and run';

/** The A/B run of the proposal; nothing if it is one of the measured topologies. */
export function abRunSection({ objective, proposal }: Evidence, abRun: AbRun | Error | undefined): Section[] {
  if (!abRun) return [];
  if (abRun instanceof Error) {
    return [{ title, text: [`It failed: ${abRun.message}`], parts: [] }];
  }
  const { baseline, proposed, builds, runs } = abRun;
  const bytesOf = (topology: string) => totalBytes(builds.get(topology)?.[0]?.bundles ?? []);
  const modelledBytes = objective.figuresOfAll(proposal.groups).bytes;
  const proposedBytes = bytesOf(proposed.topology);
  const error = (100 * (modelledBytes - proposedBytes)) / proposedBytes;
  return [
    {
      title,
      text: [
        `In turns with \`${baseline.topology}\`, ${plural(runs.get(proposed.topology)?.length ?? 0, 'time')}, like all topologies above; compare only within this table. The model is ${Math.abs(error).toFixed(1)}% off in the bytes of the proposal.`,
        ...failures(runs),
      ],
      parts: [
        {
          kind: 'table',
          title: `The proposal compared with ${baseline.topology}`,
          columns: [
            { name: 'functions' },
            { name: 'all bundles', unit: 'kB', better: 'less' },
            { name: 'build and package', unit: 'ms', better: 'less' },
            { name: 'init', unit: 'ms', better: 'less' },
            { name: 'memory of one environment each', unit: 'MB', better: 'less' },
            { name: 'p50 under load', unit: 'ms', better: 'less' },
            { name: 'p99 under load', unit: 'ms', better: 'less' },
            { name: 'requests under load', unit: '1/s', better: 'more' },
            { name: 'database connections', better: 'less' },
          ],
          rows: [baseline, proposed].map(({ topology, functions }) => {
            const built = builds.get(topology) ?? [];
            const run = (pick: (one: RunMeasures) => number | undefined) =>
              measured((runs.get(topology) ?? []).map(pick));
            return {
              name: topology,
              cells: [
                counted(functions.length),
                counted(bytesOf(topology) / 1000),
                measured(built.map(({ buildMs, packageMs }) => buildMs + packageMs)),
                run(meanInitMs),
                run(({ memoryMb }) => memoryMb),
                run(({ p50Ms }) => p50Ms),
                run(({ p99Ms }) => p99Ms),
                run(({ requestsPerSecond }) => requestsPerSecond),
                run(({ connections }) => connections),
              ],
            };
          }),
        },
      ],
    },
  ];
}
