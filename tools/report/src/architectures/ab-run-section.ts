import { bytesApart } from '../bundles/shared-bytes.ts';
import type { RunMeasures } from '../load/measure-run.ts';
import type { Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { counted, failures, meanInitMs, measured, plural } from './summarise.ts';
import type { Trial } from './try-proposal.ts';

const title = 'The proposal, built and run';

/** What the proposal does when it is built and run; nothing where it is one of the topologies above. */
export function trialSection({ objective, proposal }: Evidence, trial: Trial | Error | undefined): Section[] {
  if (!trial) return [];
  if (trial instanceof Error) {
    return [{ title, text: [`It could not be: ${trial.message}`], parts: [] }];
  }
  const { beside, proposed, builds, runs } = trial;
  const bytesOf = ({ name }: { readonly name: string }) => bytesApart(builds.get(name)?.[0]?.bundles ?? []);
  const modelled = objective.figuresOfAll(proposal.groups).bytes;
  const error = (100 * (modelled - bytesOf(proposed))) / bytesOf(proposed);
  return [
    {
      title,
      text: [
        `In turns with \`${beside.name}\`, ${plural(runs.get(proposed.name)?.length ?? 0, 'time')}, as all topologies above; compare only within this table. The model is ${Math.abs(error).toFixed(1)}% off in the bytes of the proposal.`,
        ...failures(runs),
      ],
      parts: [
        {
          kind: 'table',
          title: `The proposal beside ${beside.name}`,
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
          rows: [beside, proposed].map((topology) => {
            const built = builds.get(topology.name) ?? [];
            const run = (pick: (one: RunMeasures) => number | undefined) =>
              measured((runs.get(topology.name) ?? []).map(pick));
            return {
              name: topology.name,
              cells: [
                counted(topology.functions.length),
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
