import type { Losses } from '../crash/measure-crash.ts';
import type { Figure, Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import { barsByTopology, modelled, plural } from './summarise.ts';

/** The blast radius of a crash. */
export function crashSection({ topologies, measurements: { crashes, victim } }: Evidence): Section {
  const average = barsByTopology(
    'Requests lost to others when any endpoint does not start',
    { name: 'requests of the traffic', unit: '%' },
    {
      lost: topologies.map(({ name, model }) => ({
        topology: name,
        figure: modelled(model.lostToOthers * 100),
      })),
    },
    {
      note: 'By the shares of the traffic, each endpoint equally likely to fail. What is lost by calls to a function that does not start is not counted: a caller may answer without.',
    },
  );
  if (!crashes || victim === undefined) {
    return {
      title: 'A crash',
      text: [
        'There are no two GET endpoints that answer, so none was made to crash while others were asked.',
      ],
      parts: average,
    };
  }
  return {
    title: 'A crash',
    text: [
      `\`${victim}\` was made to crash in two ways while the other GET endpoints were asked. First it ended its process in the middle of a request: an environment has one request at a time, so what dies with it is its own request, in every topology; but its neighbours wait for the next environment to start. Then it failed whenever it was loaded: a function cannot start without any of its endpoints, so all of them are lost.`,
    ],
    parts: [
      {
        kind: 'table',
        title: `Requests of others while ${victim} dies`,
        columns: [
          { name: 'lost when it dies in a request', unit: '%', better: 'less' },
          { name: 'answered to others meanwhile', unit: '1/s', better: 'more' },
          { name: 'lost when it does not start', unit: '%', better: 'less' },
          { name: 'whose' },
        ],
        rows: topologies.map(({ name }) => {
          const { death, init } = crashes.get(name) as NonNullable<ReturnType<typeof crashes.get>>;
          return {
            name,
            cells: [
              share(death),
              { value: death.answeredPerSecond, source: 'measured' as const, runs: 1 },
              share(init),
              [...new Set([...death.endpoints, ...init.endpoints])].join(', ') || 'nobody’s',
            ],
          };
        }),
        note: [...crashes]
          .map(
            ([name, { death, init }]) =>
              `${name}: ${plural(death.deaths, 'death')}, ${death.lost} of ${death.sent} lost; ${plural(init.deaths, 'failed start')}, ${init.lost} of ${init.sent} lost`,
          )
          .join('. ')
          .concat('.'),
      },
      ...average,
    ],
  };
}

/** Every death is a run. */
function share({ sent, lost, deaths }: Losses): Figure | undefined {
  return sent === 0 ? undefined : { value: (100 * lost) / sent, source: 'measured', runs: deaths };
}
