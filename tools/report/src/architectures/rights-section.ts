import type { Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { barsByTopology, counted } from './summarise.ts';

/** The rights of functions in the database. */
export function rightsSection({ applications }: Evidence): Section {
  return {
    title: 'Rights',
    text: [
      'A function has one role in the database, with the rights that all its endpoints declare. A mistake or an intruder in one endpoint has the rights of its neighbours, too.',
    ],
    parts: barsByTopology(
      'Privileges on tables an endpoint has',
      { name: 'privileges, on average' },
      {
        'it needs': applications.map(({ topology, counts }) => ({
          topology,
          figure: counted(counts.privileges - counts.excessPrivileges),
        })),
        'of its neighbours': applications.map(({ topology, counts }) => ({
          topology,
          figure: counted(counts.excessPrivileges),
        })),
      },
      { shape: 'stacked-bars' },
    ),
  };
}
