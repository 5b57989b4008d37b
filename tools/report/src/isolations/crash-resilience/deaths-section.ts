import { figureOf, listed, median, words } from '../../figure.ts';
import type { Cell, Section, Table } from '../../report.ts';
import type { MeasuredDeath } from './deaths.measure.ts';
import { type Cast, casts } from './dying-function.ts';
import type { MeasuredDeaths } from './measure-deaths.ts';
import { neighbourCount } from './neighbours.ts';
import type { Unprotected } from './unprotected.measure.ts';

export function deathsSection(measured: MeasuredDeaths): Section {
  const names = measured.process[0]?.map(({ name }) => name) ?? [];
  const table = (
    title: string,
    note: string,
    column: Omit<Table['columns'][number], 'name'>,
    cell: (rounds: readonly MeasuredDeath[]) => Cell,
    unprotectedCell?: (unprotected: Unprotected) => Cell,
  ): Table => ({
    kind: 'table',
    title,
    note,
    columns: [...casts, ...(unprotectedCell ? ['in-process'] : [])].map((name) => ({ name, ...column })),
    rows: names.map((name) => {
      const unprotected = measured.unprotected[name];
      return {
        name,
        cells: [
          ...casts.map((cast) => cell(roundsOf(measured, cast, name))),
          ...(unprotectedCell && unprotected ? [unprotectedCell(unprotected)] : []),
        ],
      };
    }),
  });
  const unprotectedHarm = names.filter((name) => (measured.unprotected[name]?.lost ?? 0) > 0);
  const sentence = (cast: Cast) => {
    const harmful = harmfulDeaths(measured, cast);
    return harmful.length === 0 ? 'none' : `${harmful.length} (${listed(harmful)})`;
  };
  return {
    title: 'Crash resilience',
    text: [
      `What does a function that dies do to its own caller, and to its neighbours? In each of ${names.length} deaths, ${neighbourCount} neighbours keep asking another function of the same host, which is the one that serves in npm start.`,
      `Deaths that cost neighbours requests: with processes ${sentence('process')}, with threads ${sentence('thread')}, with two endpoints fused into one function ${sentence('fused')}, without isolation ${unprotectedHarm.length} (${listed(unprotectedHarm)}).`,
      `After half of the deaths, the function gives its next good answer within ${words(backAfter(measured, 'process'))} ms in a process and ${words(backAfter(measured, 'thread'))} ms in a thread.`,
    ],
    parts: [
      table(
        'What the caller is told',
        '“nothing”: the caller got no answer, because the host had ended or hung; in-process, also where there was none within a second.',
        {},
        ([first]) => tell(first?.told),
        ({ told }) => tell(told),
      ),
      table(
        "Neighbours' requests that were lost",
        'A request that is sent again counts once. Fused, the neighbour is an endpoint of the same function; its requests are in other environments of it at that moment, so it loses them only when the function does not start.',
        { better: 'less' },
        (rounds) => figureOf(rounds.map(({ lost }) => lost)),
        ({ lost }) => figureOf([lost]),
      ),
      table(
        'The longest silence',
        'During which no neighbour got an answer, while a dead function, or the host, started again. The machine is busy: what is less than 100 ms may be chance.',
        { unit: 'ms', better: 'less' },
        (rounds) => figureOf(rounds.map(({ silenceMs }) => silenceMs)),
      ),
      table(
        'The next good answer of the function itself',
        'From the end of the fatal request; where the code itself is wrong, from its correction.',
        { unit: 'ms', better: 'less' },
        (rounds) => figureOf(rounds.map(({ backAfterMs }) => backAfterMs)),
      ),
    ],
  };
}

const tell = (told: string | undefined) =>
  told === undefined ? 'nothing' : told.replace(/^Runtime\.ExitError: Error: /, '');

/** The deaths in which neighbours lost requests, in any round. */
export function harmfulDeaths(measured: MeasuredDeaths, cast: Cast): string[] {
  const lost = measured[cast].flat().filter((death) => death.lost > 0);
  return [...new Set(lost.map(({ name }) => name))];
}

/** Of each death the median of its rounds; of these the median. */
function backAfter(measured: MeasuredDeaths, cast: Cast): number {
  const deaths = Map.groupBy(measured[cast].flat(), ({ name }) => name);
  return median([...deaths.values()].map((rounds) => median(rounds.map(({ backAfterMs }) => backAfterMs))));
}

function roundsOf(measured: MeasuredDeaths, cast: Cast, name: string): MeasuredDeath[] {
  return measured[cast].flat().filter((death) => death.name === name);
}
