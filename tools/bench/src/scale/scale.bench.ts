import { parseArgs } from 'node:util';
import { contestants, type Measurement } from './contestants.ts';
import { scaleWorkspaces } from './scale-workspaces.ts';

/**
 * `nx run bench:scale`: how building, Nx's graph, packaging and planning grow with the number of endpoints, in workspaces
 * that `nx g scale-workspace` makes. Contestants take turns. Linux only. Options:
 *
 * - `--sizes 10,100,1000`
 * - `--rounds N` (default 3)
 * - `--peer-limit N`: endpoints that the peer with a process for each builds at most (default 100; 1000 take it 9 minutes)
 * - `--only TEXT,TEXT`: measures with one of these in their names
 * - `--json`
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000' },
    rounds: { type: 'string', default: '3' },
    'peer-limit': { type: 'string', default: '100' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',').map(Number);
const wanted = values.only.split(',');
const running = contestants(Number(values['peer-limit'])).filter(({ measure }) =>
  wanted.some((text) => measure.includes(text)),
);
if (running.length === 0) throw new Error(`--only ${values.only}: no measure has that in its name.`);

interface Row {
  readonly size: number;
  readonly measure: string;
  readonly name: string;
  readonly runs: Measurement[];
}
const rows: Row[] = [];

for (const size of sizes) {
  using workspaces = scaleWorkspaces(size);
  const ofSize = running.map(({ measure, name }) => ({ size, measure, name, runs: [] as Measurement[] }));
  rows.push(...ofSize);
  for (let round = 0; round < Number(values.rounds); round++) {
    // In order, since a plan needs packages, and what is warm must have been cold; peers are next to each other.
    for (const [index, contestant] of running.entries()) {
      const run = await contestant.run(workspaces, size);
      ofSize[index]?.runs.push(run);
      process.stderr.write(
        `${size} endpoints, round ${round + 1}: ${contestant.measure}, ${contestant.name}: ${run.seconds.toFixed(1)} s, ${run.peakMb.toFixed(0)} MB\n`,
      );
    }
  }
}

if (values.json) {
  const results = rows.map(({ runs, ...row }) => ({
    ...row,
    runs: runs.map(({ seconds, peakMb, note }) => ({ seconds, peakMb, note })),
  }));
  console.log(JSON.stringify(results));
} else {
  for (const measure of new Set(rows.map((row) => row.measure))) {
    console.log(`\n${measure}`);
    const ofMeasure = rows.filter((row) => row.measure === measure);
    console.table(
      Object.fromEntries(ofMeasure.map((row) => [`${row.size} endpoints: ${row.name}`, cells(row)])),
    );
  }
}

function cells({ size, measure, runs }: Row): Record<string, string | number> {
  const [first] = rows.filter((row) => row.size === size && row.measure === measure);
  const ratios = runs.map(({ seconds }, round) => seconds / (first?.runs[round]?.seconds ?? seconds));
  const seconds = runs.map((run) => run.seconds);
  const note = runs[0]?.note;
  return {
    seconds: round(median(seconds)),
    spread: `${round(Math.min(...seconds))} to ${round(Math.max(...seconds))}`,
    // Something else was done, so there is nothing to compare.
    'ratio to the first': note ? '' : round(median(ratios)),
    'peak MB': round(median(runs.map((run) => run.peakMb))),
    runs: runs.length,
    note: note ?? '',
  };
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
