import type { Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { counted, meanInitMs, measured, modelled } from './summarise.ts';

/** The first table: one row for each topology, what matters most in columns. */
export function glanceSection({ topologies, measurements, rounds }: Evidence): Section {
  return {
    title: 'At a glance',
    text: [
      'Each topology packs the same endpoints into functions. The best of a column is in colour; what the columns mean is below. Latency is no forecast for Lambda: here all environments share the processors of one machine, and the more functions, the more environments.',
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
        rows: topologies.map(({ name, isActive, counts, model }) => {
          const builds = measurements.builds.get(name) ?? [];
          const runs = measurements.runs.get(name) ?? [];
          return {
            name: isActive ? `${name} (active)` : name,
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
