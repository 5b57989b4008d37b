import { type Cell, figureOf, median, ratio, type Section, words } from '@nanoservices/report';
import type { MeasuredWork } from './cpu.measure.ts';
import type { MeasuredCpu } from './measure-cpu.ts';

/** The number of invocations for which the report gives processor time. */
const thousands = 10_000;

export function cpuSection({ invocations, cases }: MeasuredCpu): Section {
  const work = (contestant: string, load: string) =>
    cases.find((one) => one.contestant === contestant && one.load === load)?.work ?? [];
  const start = (contestant: string) => median(work(contestant, 'endpoint').map(startMs));
  const invocation = (contestant: string) => median(work(contestant, 'nothing').map(invocationUs));
  const startCpu = (contestant: string) => median(work(contestant, 'endpoint').map(startCpuMs));
  const processor = Number.isFinite(startCpu('process'))
    ? ` That is ${words(startCpu('process'))} ms of processor time for a process and ${words(startCpu('thread'))} ms for a thread.`
    : '';
  return {
    title: 'CPU overhead',
    text: [
      'What do a start and an invocation cost, by the clock and in processor time of host and environment together?',
      `A real endpoint starts in ${words(start('process'))} ms as a process and in ${words(start('thread'))} ms as a thread.${processor} An invocation that does nothing takes ${words(invocation('process'))} µs in a process and ${words(invocation('thread'))} µs in a thread: ${ratio(invocation('process'), invocation('thread'))}.`,
    ],
    parts: [
      {
        kind: 'table',
        title: 'Starts and invocations, one after the other',
        note: `${words(invocations)} invocations each round${invocations === thousands ? '' : `, extrapolated to ${words(thousands)}`}. Processor time is that of the process tree, in steps of 10 ms, and known on Linux only. A start ends when the handler has been imported.`,
        columns: [
          { name: 'a start', unit: 'ms', better: 'less' },
          { name: 'its processor time', unit: 'ms', better: 'less' },
          { name: 'an invocation', unit: 'µs', better: 'less' },
          { name: 'its processor time', unit: 'µs', better: 'less' },
          { name: `processor time of ${words(thousands)} invocations`, unit: 's', better: 'less' },
        ],
        rows: cases.map(({ name, load, work: rounds }) => {
          const cell = (value: (work: MeasuredWork) => number): Cell => {
            const values = rounds.map(value);
            return values.every(Number.isFinite) ? figureOf(values) : undefined;
          };
          const ofInvocations = (value: (work: MeasuredWork) => number) =>
            load === 'nothing' ? cell(value) : undefined;
          return {
            name,
            cells: [
              cell(startMs),
              cell(startCpuMs),
              ofInvocations(invocationUs),
              ofInvocations((one) => cpuMsOfOne(one) * 1000),
              scaled(
                ofInvocations((one) => (cpuMsOfOne(one) * thousands) / 1000),
                invocations,
              ),
            ],
          };
        }),
      },
    ],
  };
}

export const startMs = ({ starts, counts }: MeasuredWork) => starts.wallMs / counts.starts;
/** NaN where it is unknown. */
export const startCpuMs = ({ starts, counts }: MeasuredWork) => (starts.cpuMs ?? Number.NaN) / counts.starts;
export const invocationUs = ({ invocations, counts }: MeasuredWork) =>
  (invocations.wallMs * 1000) / counts.invocations;

const cpuMsOfOne = ({ invocations, counts }: MeasuredWork) =>
  (invocations.cpuMs ?? Number.NaN) / counts.invocations;

function scaled(cell: Cell, invocations: number): Cell {
  if (typeof cell !== 'object' || invocations === thousands) return cell;
  return { ...cell, source: 'modelled' };
}
