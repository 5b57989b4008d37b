import type { Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { barsByTopology, counted } from './summarise.ts';

/** How wide the rights of a function are. */
export function rightsSection({ topologies }: Evidence): Section {
  return {
    title: 'Rights',
    text: [
      'A function has one role in the database, with all rights that its endpoints declare. What a fused endpoint could do beyond its own contract, a mistake or an intruder in it can do.',
    ],
    parts: barsByTopology(
      'Privileges on tables an endpoint has',
      { name: 'privileges, on average' },
      {
        'it needs': topologies.map(({ name, counts }) => ({
          topology: name,
          figure: counted(counts.privileges - counts.excessPrivileges),
        })),
        'of its neighbours': topologies.map(({ name, counts }) => ({
          topology: name,
          figure: counted(counts.excessPrivileges),
        })),
      },
      { shape: 'stacked-bars' },
    ),
  };
}
