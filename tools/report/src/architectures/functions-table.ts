import { countPrivileges, grantsOf } from '@nanoservices/workspace/function-grants';
import type { Table } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { counted, measured } from './summarise.ts';

/** Every function of any topology; one that is in several is the same in all. */
export function functionsTable({ topologies, measurements, subject }: Evidence): Table {
  const functions = new Map(
    topologies.flatMap((topology) => topology.functions.map((one) => [one.name, one])),
  );
  const bundles = [...measurements.builds.values()].flatMap(([first]) => first?.bundles ?? []);
  const runs = [...measurements.runs.values()].flat();
  return {
    kind: 'table',
    title: 'Functions',
    columns: [
      { name: 'in' },
      { name: 'endpoints' },
      { name: 'bundle', unit: 'kB' },
      { name: 'init', unit: 'ms' },
      { name: 'privileges on tables' },
      { name: 'memory setting', unit: 'MB' },
    ],
    rows: [...functions.values()].map((one) => ({
      name: one.name,
      cells: [
        topologies
          .filter((topology) => topology.functions.some(({ name }) => name === one.name))
          .map(({ name }) => name)
          .join(', '),
        counted(one.endpoints.length),
        counted((bundles.find(({ name }) => name === one.name)?.code.length ?? 0) / 1000),
        measured(runs.map(({ inits }) => inits.get(one.name))),
        counted(countPrivileges(grantsOf(one, subject.contracts))),
        counted(one.memorySize),
      ],
    })),
  };
}
