import { invocationUs, startMs } from './cpu-overhead/cpu-section.ts';
import { harmfulDeaths } from './crash-resilience/deaths-section.ts';
import { differences } from './development/development-section.ts';
import { listed, median, ratio, words } from './figure.ts';
import type { MeasuredIsolations } from './measure-isolations.ts';
import { perEnvironment } from './memory-overhead/memory-section.ts';
import { givenBack } from './memory-usage/usage-section.ts';

type IsolationName = 'process' | 'thread';

/** The few figures that decide, of each isolation. */
export interface Deciding {
  readonly lostIn: readonly string[];
  readonly startMs: number;
  readonly invocationUs: number;
  /** Of a real endpoint. */
  readonly memoryMb?: number;
  /** Share of a spike of buffers that was still held when the environment had long ended. */
  readonly keptAfterEnd?: number;
}

/** Which isolation to choose, in sentences, by the figures alone. */
export function verdict(
  figures: Readonly<Record<IsolationName, Deciding>>,
  differing: readonly string[],
): string[] {
  const { process, thread } = figures;
  const dangers = [
    ...(thread.lostIn.length > process.lostIn.length
      ? [`${listed(thread.lostIn)} in one function costs others their requests`]
      : []),
    ...(differing.length > 0
      ? [`${differing.length} things that code may do work differently or for all`]
      : []),
    ...((thread.keptAfterEnd ?? 0) > (process.keptAfterEnd ?? 0) + 0.1
      ? [`${words(100 * (thread.keptAfterEnd ?? 0))} % of a spike stays after its end`]
      : []),
  ];
  const gains = [
    gain('an environment takes', process.memoryMb, thread.memoryMb, 'MB'),
    gain('it starts in', process.startMs, thread.startMs, 'ms'),
    gain('an invocation takes', process.invocationUs, thread.invocationUs, 'µs'),
  ].filter((text) => text !== undefined);
  return [
    `Process or thread? ${answer(dangers, gains)}`,
    ...(gains.length > 0 ? [`Threads are cheaper: ${gains.join('; ')}.`] : []),
    ...(dangers.length > 0 ? [`Threads are less safe: ${dangers.join('; ')}.`] : []),
  ];
}

function answer(dangers: readonly string[], gains: readonly string[]): string {
  if (gains.length === 0) return 'Process: a thread was cheaper in nothing.';
  if (dangers.length === 0) return 'Thread: it was cheaper, and nothing was lost by it.';
  return 'Process, unless what a thread saves is needed and its dangers do not matter.';
}

/** Says where a thread is cheaper by more than a tenth. */
function gain(what: string, process: number | undefined, thread: number | undefined, unit: string) {
  if (process === undefined || thread === undefined || thread * 1.1 > process) return undefined;
  return `${what} ${words(thread)} ${unit}, not ${words(process)} ${unit} (${ratio(process, thread)})`;
}

/** The figures that decide, from all that was measured. */
export function decidingFigures(measured: MeasuredIsolations): Record<IsolationName, Deciding> {
  const { memory, cpu, deaths, usage } = measured;
  const of = (isolation: IsolationName): Deciding => {
    const occupant = <O extends { contestant: string; load: string }>(all: readonly O[], load: string) =>
      all.find((one) => one.contestant === isolation && one.load === load);
    const real = memory && occupant(memory.occupants, 'endpoint');
    const spike = usage?.spikes.find(
      ({ contestant, kind }) => contestant === isolation && kind === 'buffers',
    );
    return {
      lostIn: harmfulDeaths(deaths, isolation),
      startMs: median(occupant(cpu.occupants, 'endpoint')?.work.map(startMs) ?? []),
      invocationUs: median(occupant(cpu.occupants, 'nothing')?.work.map(invocationUs) ?? []),
      ...(real && { memoryMb: median(perEnvironment(real, memory.counts)) }),
      ...(spike && { keptAfterEnd: 1 - givenBack(spike, 'late') }),
    };
  };
  return { process: of('process'), thread: of('thread') };
}

export function verdictOf(measured: MeasuredIsolations): string[] {
  return verdict(decidingFigures(measured), differences(measured.development));
}
