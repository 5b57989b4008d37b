import { parseArgs } from 'node:util';
import { publish, ratios } from '../findings.ts';
import { type Contestant, contestants, type Measurement } from './contestants.ts';
import { scaleWorkspaces } from './scale-workspaces.ts';

/**
 * `nx run lab:bench-scale`: the growth of building, Nx's graph, packaging and planning with the number of endpoints, in
 * generated workspaces (see `testbed/scale`). Linux only. Options:
 *
 * - `--sizes 10,100,1000`
 * - `--rounds N` (default 3)
 * - `--peer-limit N`: the most endpoints that the peer with a task for each builds (default 1000, which take it a quarter of
 *   an hour; from 100 on it has one round)
 * - `--only TEXT,TEXT`: measures with one of these texts in their names
 * - `--json`, `--record`
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '10,100,1000' },
    rounds: { type: 'string', default: '3' },
    'peer-limit': { type: 'string', default: '1000' },
    only: { type: 'string', default: '' },
    json: { type: 'boolean', default: false },
    record: { type: 'boolean', default: false },
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
  await using workspaces = await scaleWorkspaces(size);
  const ofSize = running.map(({ measure, name }) => ({ size, measure, name, runs: [] as Measurement[] }));
  rows.push(...ofSize);
  for (let round = 0; round < Number(values.rounds); round++) {
    // In a fixed order: a plan needs packages, and a warm run follows a cold one. Peers are next to each other.
    for (const [index, contestant] of running.entries()) {
      if (round > 0 && contestant.isLong?.(size)) continue;
      const run = await contestant.run(workspaces, size);
      ofSize[index]?.runs.push(run);
      process.stderr.write(
        `${size} endpoints, round ${round + 1}: ${contestant.measure}, ${contestant.name}: ${run.seconds.toFixed(1)} s, ${run.peakMb.toFixed(0)} MB\n`,
      );
    }
  }
}

publish({
  name: 'scale',
  title: 'Seconds by the number of endpoints',
  rows: Object.fromEntries(running.map((contestant) => [nameOf(contestant), growth(contestant)])),
});

function nameOf({ measure, name }: Contestant): string {
  const notes = rows
    .filter((row) => row.measure === measure && row.name === name)
    .flatMap(({ size, runs }) => (runs[0]?.note ? [`${size}: ${runs[0].note}`] : []));
  return `${measure}, ${name}${notes.length > 0 ? ` (${notes.join('; ')})` : ''}`;
}

/** The figures of one contestant. The first of each measure is ours, and the reference of the ratios of its peers. */
function growth({ measure, name, isPeer }: Contestant): Record<string, readonly number[]> {
  const cells = sizes.map((size) => {
    const ofMeasure = rows.filter((row) => row.size === size && row.measure === measure);
    const own = ofMeasure.find((row) => row.name === name)?.runs ?? [];
    const secondsOf = (runs: readonly Measurement[] = []) => runs.map((run) => run.seconds);
    return {
      size,
      seconds: secondsOf(own),
      ratio: isPeer ? ratios(secondsOf(own), secondsOf(ofMeasure[0]?.runs)) : [],
      // A process that ends between two looks shows none.
      peak: own.map((run) => run.peakMb).filter((peak) => peak > 0),
    };
  });
  const columns = (of: (size: number) => string, key: 'seconds' | 'ratio' | 'peak') =>
    cells.map((cell) => [of(cell.size), cell[key]] as const);
  return Object.fromEntries([
    ...columns((size) => `${size} endpoints`, 'seconds'),
    ...columns((size) => `ratio to ours at ${size}`, 'ratio'),
    ...columns((size) => `peak MB at ${size}`, 'peak').slice(-1),
  ]);
}
