import type { Losses } from '../crash/measure-crash.ts';
import type { Figure, Section } from '../report.ts';
import type { Evidence } from './evidence.ts';
import type { CrashMeasures } from './measure-all.ts';
import { barsByTopology, modelled, plural } from './summarise.ts';

/** The blast radius of a crash. */
export function crashSection({
  applications,
  measurements: { crashes, crashedEndpoint },
}: Evidence): Section {
  const average = barsByTopology(
    'Requests lost to others when any endpoint does not start',
    { name: 'requests of the traffic', unit: '%' },
    {
      lost: applications.map(({ topology, model }) => ({
        topology,
        figure: modelled(model.lostToOthers * 100),
      })),
    },
    {
      note: 'By the shares of the traffic, with each endpoint equally likely to fail. Calls to a function that does not start are not counted: a caller may answer without its callee.',
    },
  );
  if (!crashes || crashedEndpoint === undefined) {
    return {
      title: 'A crash',
      text: ['There are no two GET endpoints that answer, so none was crashed while requests to others ran.'],
      parts: average,
    };
  }
  return {
    title: 'A crash',
    text: [
      `\`${crashedEndpoint}\` was crashed in two ways while requests to the other GET endpoints ran. First it ended its process during a request. An environment has one request at a time, so only this request is lost, in every topology; but its neighbours wait for the next environment to start. Then it failed whenever it was loaded. A function cannot start without any of its endpoints, so all of them are lost.`,
    ],
    parts: [
      {
        kind: 'table',
        title: `Requests to others while ${crashedEndpoint} crashes`,
        columns: [
          { name: 'lost when it crashes in a request', unit: '%', better: 'less' },
          { name: 'answered to others meanwhile', unit: '1/s', better: 'more' },
          { name: 'lost when it does not start', unit: '%', better: 'less' },
          { name: 'endpoints that lost requests' },
        ],
        rows: applications.map(({ topology }) => {
          const { inRequests, atInit } = crashes.get(topology) as CrashMeasures;
          return {
            name: topology,
            cells: [
              shareOf(inRequests),
              { value: inRequests.answeredPerSecond, source: 'measured' as const, runs: 1 },
              shareOf(atInit),
              [...new Set([...inRequests.endpoints, ...atInit.endpoints])].join(', ') || 'none',
            ],
          };
        }),
        note: [...crashes]
          .map(
            ([topology, { inRequests, atInit }]) =>
              `${topology}: ${plural(inRequests.crashes, 'crash', 'crashes')}, ${inRequests.lost} of ${inRequests.sent} lost; ${plural(atInit.crashes, 'failed start')}, ${atInit.lost} of ${atInit.sent} lost`,
          )
          .join('. ')
          .concat('.'),
      },
      ...average,
    ],
  };
}

/** Lost requests in percent. Every crash is a run. */
function shareOf({ sent, lost, crashes }: Losses): Figure | undefined {
  return sent === 0 ? undefined : { value: (100 * lost) / sent, source: 'measured', runs: crashes };
}
