import type { Figure, Report } from '../report.ts';

const measured = (value: number, least: number, most: number, runs = 7): Figure => ({
  value,
  source: 'measured',
  spread: [least, most],
  runs,
});
const counted = (value: number): Figure => ({ value, source: 'counted' });
const modelled = (value: number): Figure => ({ value, source: 'modelled' });
const topologies = ['nanoservices', 'one per resource', 'monolith'];

/** A report with every kind of content, and with names and figures that are hard to place. */
export const sampleReport: Report = {
  name: 'sample',
  title: 'What a report can say',
  summary: ['The result, in a sentence with `code` and <angle brackets>.', 'And the reason.'],
  environment: {
    machine: '2 × a processor of some name',
    memory: '16 GB',
    Node: '24.0.0',
    commit: 'abc1234',
  },
  sections: [
    {
      title: 'Tables and bars',
      text: ['The question.'],
      parts: [
        {
          kind: 'table',
          title: 'Every kind of figure',
          note: 'With a note.',
          columns: [
            { name: 'functions', better: 'less' },
            { name: 'init', unit: 'ms', better: 'less' },
            { name: 'cost', unit: 'USD', better: 'less' },
            { name: 'requests each second', unit: '1/s', better: 'more' },
            { name: 'remark' },
          ],
          rows: topologies.map((name, index) => ({
            name,
            cells: [
              counted(13 - 6 * index),
              measured(57 - 8 * index, 41 - 8 * index, 90, 7 - 2 * index),
              modelled(0.0123 * (index + 1)),
              index === 1 ? undefined : measured(12_345 * (index + 1), 9000, 40_000),
              'in | words',
            ],
          })),
        },
        {
          kind: 'plot',
          title: 'Init time',
          shape: 'bars',
          x: { name: 'topology' },
          y: { name: 'init', unit: 'ms' },
          series: [
            {
              name: 'median',
              points: topologies.map((x, index) => ({ x, y: measured(57 - 8 * index, 30, 70) })),
            },
          ],
        },
        {
          kind: 'plot',
          title: 'Latency under load',
          shape: 'bars',
          x: { name: 'topology' },
          y: { name: 'latency', unit: 'ms' },
          series: ['p50', 'p90', 'p99'].map((name, place) => ({
            name,
            points: topologies.map((x, index) => ({
              x,
              y: measured((place + 1) ** 2 * (3 - index), 0.8 * (place + 1), (place + 1) ** 2 * 4, 3),
            })),
          })),
        },
        {
          kind: 'plot',
          title: 'Bytes',
          note: 'Bytes in more than one bundle.',
          shape: 'stacked-bars',
          x: { name: 'topology' },
          y: { name: 'bundles', unit: 'kB' },
          series: ['needed', 'duplicated'].map((name, part) => ({
            name,
            points: topologies.map((x, index) => ({ x, y: counted(part === 0 ? 143 : 1500 - 749 * index) })),
          })),
        },
      ],
    },
    {
      title: 'Lines, points and code',
      text: [],
      parts: [
        {
          kind: 'plot',
          title: 'Requests per second',
          shape: 'lines',
          x: { name: 'connections', scale: 'logarithmic' },
          y: { name: 'requests', unit: '1/s' },
          series: [...topologies, 'another one', 'and one more'].map((name, index) => ({
            name,
            points: [1, 10, 100, 1000].map((x) => {
              const value = 900 * Math.log10(x + 2) * (index + 1);
              return { x, y: measured(value, value * 0.8, value * 1.3) };
            }),
          })),
        },
        {
          kind: 'plot',
          title: 'Memory over functions',
          shape: 'points',
          x: { name: 'functions' },
          y: { name: 'memory', unit: 'MB', scale: 'logarithmic' },
          series: topologies.map((name, index) => ({
            name,
            points: [{ x: 13 - 6 * index, y: measured(206 / (index * 4 + 1), 15, 230), label: name }],
          })),
        },
        {
          kind: 'plot',
          title: 'Large numbers',
          shape: 'lines',
          x: { name: 'payload', unit: 'kB', scale: 'logarithmic' },
          y: { name: 'time', unit: 'µs', scale: 'logarithmic' },
          series: [
            {
              name: 'one',
              points: [0.1, 10, 1000].map((x) => ({ x, y: measured(90 * x, 80 * x, 120 * x) })),
            },
          ],
        },
        {
          kind: 'plot',
          title: 'Named places',
          shape: 'lines',
          x: { name: 'day' },
          y: { name: 'share', unit: '%' },
          series: [
            {
              name: 'share',
              points: ['Monday', 'Tuesday', 'Friday'].map((x, n) => ({ x, y: modelled(n * 4) })),
            },
          ],
        },
        { kind: 'code', title: 'A formula', text: 'cost = requests × price & <more>\n'.padEnd(200, 'x') },
      ],
    },
  ],
};
