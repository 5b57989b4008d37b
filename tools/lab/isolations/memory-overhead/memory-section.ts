import { figureOf, median, ratio, type Section, slope, words } from '@nanoservices/report';
import type { MeasuredMemory } from './measure-memory.ts';

type MeasuredCase = MeasuredMemory['cases'][number];

export function memorySection({ counts, cases }: MeasuredMemory): Section {
  const named = (contestant: string, load: string) => {
    const found = cases.find((one) => one.contestant === contestant && one.load === load);
    return found ? median(perEnvironment(found, counts)) : Number.NaN;
  };
  const [process, thread] = [named('process', 'endpoint'), named('thread', 'endpoint')];
  const fusedEndpoints = cases.find(({ load }) => load === 'fused')?.endpoints ?? 1;
  return {
    title: 'Memory overhead',
    text: [
      'How much memory does one more environment take, and how much the host by itself?',
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
        rows: cases.map((one) => ({
          name: one.name,
          cells: [
            figureOf(one.megabytes.map(([host]) => host as number)),
            figureOf(one.megabytes.map(([host, first]) => (first as number) - (host as number))),
            figureOf(perEnvironment(one, counts)),
            figureOf(perEnvironment(one, counts).map((mb) => mb / one.endpoints)),
          ],
        })),
      },
      {
        kind: 'plot',
        title: 'Memory of host and environments',
        shape: 'lines',
        x: { name: 'environments' },
        y: { name: 'PSS', unit: 'MB' },
        series: cases.map(({ name, megabytes }) => ({
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

/** Megabytes for one more environment, by round. */
export function perEnvironment({ megabytes }: MeasuredCase, counts: readonly number[]): number[] {
  return megabytes.map((round) => slope(round.map((y, index) => ({ x: counts[index] as number, y }))));
}
