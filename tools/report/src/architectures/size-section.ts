import type { Figure, Section } from '../report.ts';
import type { EvaluatedApplication, Evidence } from './evidence.ts';
import { functionsTable } from './functions-table.ts';
import { barsByTopology, counted, measured } from './summarise.ts';

/** Bytes of bundles, and the time to make them. */
export function sizeSection(evidence: Evidence): Section {
  const { applications, measurements } = evidence;
  const each = (figure: (application: EvaluatedApplication) => Figure | undefined) =>
    applications.map((application) => ({ topology: application.topology, figure: figure(application) }));
  const builds = (topology: string) => measurements.builds.get(topology) ?? [];
  return {
    title: 'Size and build',
    text: [
      'Every function has its own bundle, so code that two functions use is built, packed, uploaded and loaded twice.',
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
          build: each(({ topology }) => measured(builds(topology).map(({ buildMs }) => buildMs))),
          package: each(({ topology }) => measured(builds(topology).map(({ packageMs }) => packageMs))),
        },
        { note: 'From nothing, in one process as `nx run-many -t build` does, without Nx and its cache.' },
      ),
      {
        kind: 'table',
        title: 'Sizes',
        note: 'Duplicated bytes are also in another bundle, counted by source files.',
        columns: [
          { name: 'functions' },
          { name: 'all bundles', unit: 'kB', better: 'less' },
          { name: 'zipped', unit: 'kB', better: 'less' },
          { name: 'a function', unit: 'kB', better: 'less' },
          { name: 'the largest', unit: 'kB', better: 'less' },
          { name: 'duplicated', unit: '%', better: 'less' },
        ],
        rows: applications.map(({ topology, counts }) => ({
          name: topology,
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
