import { countPrivileges } from '@nanoservices/model';
import type { Table } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { counted, measured } from './summarise.ts';

/** The functions of all topologies. A function that is in several topologies is the same in all of them. */
export function functionsTable({ applications, measurements }: Evidence): Table {
  const functions = new Map(
    applications.flatMap((application) => application.functions.map((one) => [one.name, one])),
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
    rows: [...functions.values()].map(({ name, endpoints, grants, settings }) => ({
      name,
      cells: [
        applications
          .filter((application) => application.functions.some((one) => one.name === name))
          .map(({ topology }) => topology)
          .join(', '),
        counted(endpoints.length),
        counted((bundles.find((bundle) => bundle.name === name)?.code.length ?? 0) / 1000),
        measured(runs.map(({ inits }) => inits.get(name))),
        counted(countPrivileges(grants)),
        counted(settings.memorySize),
      ],
    })),
  };
}
