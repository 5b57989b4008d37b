import { type Cell, figureOf, listed, median, type Section, type Table, words } from '@nanoservices/report';
import type { MeasuredCrash } from './crash.measure.ts';
import { type Subject, subjects } from './crash-fixture.ts';
import type { MeasuredCrashes } from './measure-crashes.ts';
import { neighbourCount } from './neighbours.ts';
import type { Unprotected } from './unprotected.measure.ts';

export function crashSection(measured: MeasuredCrashes): Section {
  const names = measured.process[0]?.map(({ name }) => name) ?? [];
  const table = (
    title: string,
    note: string,
    column: Omit<Table['columns'][number], 'name'>,
    cell: (rounds: readonly MeasuredCrash[]) => Cell,
    unprotectedCell?: (unprotected: Unprotected) => Cell,
  ): Table => ({
    kind: 'table',
    title,
    note,
    columns: [...subjects, ...(unprotectedCell ? ['in-process'] : [])].map((name) => ({ name, ...column })),
    rows: names.map((name) => {
      const unprotected = measured.unprotected[name];
      return {
        name,
        cells: [
          ...subjects.map((subject) => cell(roundsOf(measured, subject, name))),
          ...(unprotectedCell && unprotected ? [unprotectedCell(unprotected)] : []),
        ],
      };
    }),
  });
  const unprotectedHarm = names.filter((name) => (measured.unprotected[name]?.lost ?? 0) > 0);
  const sentence = (subject: Subject) => {
    const harmful = harmfulCrashes(measured, subject);
    return harmful.length === 0 ? 'none' : `${harmful.length} (${listed(harmful)})`;
  };
  return {
    title: 'Crash resilience',
    text: [
      `What does a crash of a function do to its caller, and to its neighbours? During each of ${names.length} crashes, ${neighbourCount} neighbours invoke another function of the same host, which is the serving process of npm start.`,
      `Crashes that cost neighbours requests: with processes ${sentence('process')}, with threads ${sentence('thread')}, with two endpoints fused into one function ${sentence('fused')}, without isolation ${unprotectedHarm.length} (${listed(unprotectedHarm)}).`,
      `After half of the crashes, the function gives its next good response within ${words(backAfter(measured, 'process'))} ms in a process and ${words(backAfter(measured, 'thread'))} ms in a thread.`,
    ],
    parts: [
      table(
        'The error that the caller gets',
        '“nothing”: the caller got no response, because the host had ended or hung; in-process, also without a response within a second.',
        {},
        ([first]) => shown(first?.error),
        ({ error }) => shown(error),
      ),
      table(
        "Neighbours' requests that were lost",
        'A retried request counts once. Fused, the neighbour is an endpoint of the same function; its requests are in other environments of it at that moment, so it loses them only when the function does not start.',
        { better: 'less' },
        (rounds) => figureOf(rounds.map(({ lost }) => lost)),
        ({ lost }) => figureOf([lost]),
      ),
      table(
        'The longest silence',
        'The time without a response for any neighbour, while the crashed function, or the host, started again. The machine is busy: less than 100 ms may be chance.',
        { unit: 'ms', better: 'less' },
        (rounds) => figureOf(rounds.map(({ silenceMs }) => silenceMs)),
      ),
      table(
        'The next good response of the function itself',
        'The time from the end of the fatal request; where the code itself is wrong, from its correction.',
        { unit: 'ms', better: 'less' },
        (rounds) => figureOf(rounds.map(({ backAfterMs }) => backAfterMs)),
      ),
    ],
  };
}

const shown = (error: string | undefined) =>
  error === undefined ? 'nothing' : error.replace(/^Runtime\.ExitError: Error: /, '');

/** The crashes in which neighbours lost requests, in any round. */
export function harmfulCrashes(measured: MeasuredCrashes, subject: Subject): string[] {
  const lost = measured[subject].flat().filter((crash) => crash.lost > 0);
  return [...new Set(lost.map(({ name }) => name))];
}

/** The median of all crashes, each with the median of its rounds. */
function backAfter(measured: MeasuredCrashes, subject: Subject): number {
  const crashes = Map.groupBy(measured[subject].flat(), ({ name }) => name);
  return median([...crashes.values()].map((rounds) => median(rounds.map(({ backAfterMs }) => backAfterMs))));
}

function roundsOf(measured: MeasuredCrashes, subject: Subject, name: string): MeasuredCrash[] {
  return measured[subject].flat().filter((crash) => crash.name === name);
}
