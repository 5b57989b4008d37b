import type { Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { counted, meanInitMs, measured, modelled } from './summarise.ts';

/** The first table: a row for each topology, with the most important figures. */
export function glanceSection({ applications, measurements, rounds }: Evidence): Section {
  return {
    title: 'At a glance',
    text: [
      'Each topology packs the same endpoints into functions. The best figure of a column is in colour; the sections below explain the columns. Latency is no forecast for Lambda: here all environments share the processors of one machine, and more functions have more environments.',
    ],
    parts: [
      {
        kind: 'table',
        title: 'Topologies',
        columns: [
          { name: 'functions' },
          { name: 'all bundles', unit: 'kB', better: 'less' },
          { name: 'build and package', unit: 'ms', better: 'less' },
          { name: 'endpoints redeployed a change', better: 'less' },
          { name: 'init', unit: 'ms', better: 'less' },
          { name: 'p99 under load', unit: 'ms', better: 'less' },
          { name: 'lost to others by a failed start', unit: '%', better: 'less' },
          { name: 'rights in excess', better: 'less' },
          { name: 'cold starts an hour', better: 'less' },
          { name: 'cost a month', unit: 'USD', better: 'less' },
        ],
        rows: applications.map(({ topology, isActive, counts, model }) => {
          const builds = measurements.builds.get(topology) ?? [];
          const runs = measurements.runs.get(topology) ?? [];
          return {
            name: isActive ? `${topology} (active)` : topology,
            cells: [
              counted(counts.functions),
              counted(counts.bytes / 1000),
              measured(builds.map(({ buildMs, packageMs }) => buildMs + packageMs)),
              counts.endpointsRedeployed,
              measured(runs.map(meanInitMs)),
              measured(runs.map(({ p99Ms }) => p99Ms)),
              modelled(model.lostToOthers * 100),
              counted(counts.excessPrivileges),
              modelled(model.coldStarts, rounds),
              modelled(model.cost, rounds),
            ],
          };
        }),
      },
    ],
  };
}
