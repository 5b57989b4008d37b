import {
  figureOf,
  listed,
  median,
  type Plot,
  ratio,
  type Section,
  type Table,
  words,
} from '@nanoservices/report';
import type { MeasuredChannel } from './communication.measure.ts';
import type { MeasuredCommunication } from './measure-communication.ts';

export function communicationSection({ kilobytes, channels }: MeasuredCommunication): Section {
  const of = (name: string, kb: number) => microsecondsOf({ kilobytes, channels }, name, kb);
  const invocations = channels.filter(({ kind }) => kind === 'invocation');
  const calls = channels.filter(({ kind }) => kind === 'call');
  const slow = kilobytes.filter((kb) => of('thread', kb) * 1.1 > of('process', kb)).map(sizeName);
  return {
    title: 'Communication',
    text: [
      'How long does an invocation take, and a call from one endpoint to another?',
      `With 1 kB, the host has its response from a process after ${words(of('process', 1))} µs and from a thread after ${words(of('thread', 1))} µs (${ratio(of('process', 1), of('thread', 1))}). ${slow.length === 0 ? 'The thread was faster with every payload.' : `The thread was not faster with ${listed(slow)}.`}`,
      `A call() between endpoints of two functions takes ${words(of('process to process', 1))} µs between processes and ${words(of('thread to thread', 1))} µs between threads, since it goes through the Lambda API; fused into one function, ${words(of('fused in a process', 1))} µs (${ratio(of('process to process', 1), of('fused in a process', 1))}).`,
    ],
    parts: [
      ...shown(
        'An invocation by the host',
        invocations,
        'Event and response are JSON, and the same in all; in-process is a function call.',
      ),
      ...shown(
        'A call() from one endpoint to another',
        calls,
        'With validation on both sides. Between functions it goes over HTTP to the local Lambda API, as to the real one.',
      ),
    ],
  };

  function shown(title: string, those: readonly MeasuredChannel[], note: string): [Table, Plot] {
    return [tableOf(title, note, those, kilobytes), plotOf(`${title}, by payload`, those, kilobytes)];
  }
}

/** Microseconds, the median of the rounds. */
export function microsecondsOf(
  { kilobytes, channels }: MeasuredCommunication,
  name: string,
  kb: number,
): number {
  const found = channels.find((one) => one.name === name);
  return median(found?.microseconds[kilobytes.indexOf(kb)] ?? []);
}

function tableOf(
  title: string,
  note: string,
  shown: readonly MeasuredChannel[],
  kilobytes: readonly number[],
): Table {
  return {
    kind: 'table',
    title,
    note,
    columns: kilobytes.map((kb) => ({ name: sizeName(kb), unit: 'µs', better: 'less' })),
    rows: shown.map(({ name, microseconds }) => ({ name, cells: microseconds.map(figureOf) })),
  };
}

function plotOf(title: string, shown: readonly MeasuredChannel[], kilobytes: readonly number[]): Plot {
  return {
    kind: 'plot',
    title,
    shape: 'lines',
    x: { name: 'payload', unit: 'kB', scale: 'logarithmic' },
    y: { name: 'time', unit: 'µs', scale: 'logarithmic' },
    series: shown.map(({ name, microseconds }) => ({
      name,
      points: kilobytes.map((x, index) => ({ x, y: figureOf(microseconds[index] as number[]) })),
    })),
  };
}

const sizeName = (kb: number) => (kb < 1000 ? `${kb} kB` : `${kb / 1000} MB`);
