import { figureOf, median, ratio, slope, words } from '../../figure.ts';
import type { Section } from '../../report.ts';
import type { MeasuredMemory } from './measure-memory.ts';

type MeasuredOccupant = MeasuredMemory['occupants'][number];

export function memorySection({ counts, occupants }: MeasuredMemory): Section {
  const named = (contestant: string, load: string) => {
    const found = occupants.find((one) => one.contestant === contestant && one.load === load);
    return found ? median(perEnvironment(found, counts)) : Number.NaN;
  };
  const [process, thread] = [named('process', 'endpoint'), named('thread', 'endpoint')];
  const fusedEndpoints = occupants.find(({ load }) => load === 'fused')?.endpoints ?? 1;
  return {
    title: 'Memory overhead',
    text: [
      'What does it take to have one more environment, and what does the host take by itself?',
      `An environment of a real endpoint takes ${words(process)} MB as a process and ${words(thread)} MB as a thread: ${ratio(process, thread)}. A function of all endpoints takes ${words(named('process', 'fused'))} MB as a process, which is ${words(named('process', 'fused') / fusedEndpoints)} MB for each of its endpoints.`,
    ],
    parts: [
      {
        kind: 'table',
        title: 'Memory of environments that have started and are idle',
        note: `Proportional set size (PSS) of host and environments: memory that processes share is divided among them. For one more environment: the slope over ${counts.join(', ')} environments. In-process is the module, imported again.`,
        columns: [
          { name: 'host alone', unit: 'MB', better: 'less' },
          { name: 'the first environment', unit: 'MB', better: 'less' },
          { name: 'one more environment', unit: 'MB', better: 'less' },
          { name: 'for each endpoint', unit: 'MB', better: 'less' },
        ],
        rows: occupants.map((occupant) => ({
          name: occupant.name,
          cells: [
            figureOf(occupant.megabytes.map(([host]) => host as number)),
            figureOf(occupant.megabytes.map(([host, first]) => (first as number) - (host as number))),
            figureOf(perEnvironment(occupant, counts)),
            figureOf(perEnvironment(occupant, counts).map((mb) => mb / occupant.endpoints)),
          ],
        })),
      },
      {
        kind: 'plot',
        title: 'Memory of host and environments',
        shape: 'lines',
        x: { name: 'environments' },
        y: { name: 'PSS', unit: 'MB' },
        series: occupants.map(({ name, megabytes }) => ({
          name,
          points: counts.map((x, index) => ({
            x,
            y: figureOf(megabytes.map((round) => round[index] as number)),
          })),
        })),
      },
    ],
  };
}

/** Megabytes for one more environment, of each round. */
export function perEnvironment({ megabytes }: MeasuredOccupant, counts: readonly number[]): number[] {
  return megabytes.map((round) => slope(round.map((y, index) => ({ x: counts[index] as number, y }))));
}
