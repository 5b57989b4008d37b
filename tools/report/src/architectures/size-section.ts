import type { Figure, Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { functionsTable } from './functions-table.ts';
import { barsByTopology, counted, measured } from './summarise.ts';

/** Bytes, and the time to make them. */
export function sizeSection(evidence: Evidence): Section {
  const { topologies, measurements } = evidence;
  const each = (figure: (topology: (typeof topologies)[number]) => Figure | undefined) =>
    topologies.map((topology) => ({ topology: topology.name, figure: figure(topology) }));
  const builds = (name: string) => measurements.builds.get(name) ?? [];
  return {
    title: 'Size and build',
    text: [
      'Every function is a bundle of its own, so what two functions use is built, packed, uploaded and loaded twice.',
    ],
    parts: [
      ...barsByTopology(
        'Bytes of all bundles',
        { name: 'minified bundles', unit: 'kB' },
        {
          'needed once': each(({ counts }) => counted((counts.bytes - counts.duplicated) / 1000)),
          'in more than one bundle': each(({ counts }) => counted(counts.duplicated / 1000)),
        },
        { shape: 'stacked-bars' },
      ),
      ...barsByTopology(
        'Time to build and package everything',
        { name: 'time', unit: 'ms' },
        {
          build: each(({ name }) => measured(builds(name).map(({ buildMs }) => buildMs))),
          package: each(({ name }) => measured(builds(name).map(({ packageMs }) => packageMs))),
        },
        { note: 'From nothing, in one process as `nx run-many -t build` does, without Nx and its cache.' },
      ),
      {
        kind: 'table',
        title: 'Sizes',
        note: 'A duplicated byte stands in another bundle too, by source files.',
        columns: [
          { name: 'functions' },
          { name: 'all bundles', unit: 'kB', better: 'less' },
          { name: 'zipped', unit: 'kB', better: 'less' },
          { name: 'a function', unit: 'kB', better: 'less' },
          { name: 'the largest', unit: 'kB', better: 'less' },
          { name: 'duplicated', unit: '%', better: 'less' },
        ],
        rows: topologies.map(({ name, counts }) => ({
          name,
          cells: [
            counted(counts.functions),
            counted(counts.bytes / 1000),
            counted(counts.zipped / 1000),
            counted(counts.bytes / counts.functions / 1000),
            counted(counts.largest / 1000),
            counted((100 * counts.duplicated) / counts.bytes),
          ],
        })),
      },
      functionsTable(evidence),
    ],
  };
}
