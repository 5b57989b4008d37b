import { listed, median, ratio, words } from '@nanoservices/report';
import { invocationUs, startCpuMs, startMs } from './cpu-overhead/cpu-section.ts';
import { harmfulCrashes } from './crash-resilience/crash-section.ts';
import { differences } from './development/development-section.ts';
import type { MeasuredIsolations } from './measure-isolations.ts';
import { perEnvironment } from './memory-overhead/memory-section.ts';
import { givenBack } from './memory-usage/usage-section.ts';

/** A cost, measured in the same rounds for both isolations. */
export interface Price {
  /** The beginning of a sentence, as `an environment takes`. */
  readonly what: string;
  readonly unit: string;
  readonly process: readonly number[];
  readonly thread: readonly number[];
}

/** The figures that decide. */
export interface Deciding {
  readonly prices: readonly Price[];
  /** Crashes of one function in which others lose requests. */
  readonly lostIn: { readonly process: readonly string[]; readonly thread: readonly string[] };
  /** Operations of code that work otherwise in a thread. */
  readonly differing: readonly string[];
  /** Share of a spike of buffers that is still held long after the end of the environment. */
  readonly keptAfterEnd?: { readonly process: number; readonly thread: number };
}

/** The recommended isolation, in sentences, by the figures alone. */
export function verdict({ prices, lostIn, differing, keptAfterEnd }: Deciding): string[] {
  const dangers = [
    ...(lostIn.thread.length > lostIn.process.length
      ? [`${listed(lostIn.thread)} in one function costs others their requests`]
      : []),
    ...(differing.length > 0 ? [`${differing.length} operations work otherwise, or for all functions`] : []),
    ...(keptAfterEnd && keptAfterEnd.thread > keptAfterEnd.process + 0.1
      ? [`${words(100 * keptAfterEnd.thread)} % of a spike of buffers stays after its end`]
      : []),
  ];
  const cheaper = prices.filter(({ process, thread }) => isLess(thread, process));
  const dearer = prices.filter(({ process, thread }) => isLess(process, thread));
  const said = [
    ['cheaper', cheaper.map(compared)],
    ['dearer', dearer.map(compared)],
    ['less safe', dangers],
  ] as const;
  return [
    `Process or thread? ${answer(dangers.length > 0, cheaper.length > 0)} It is "isolation" in functions/topology.json, for all functions or for each; without it they are processes.`,
    ...said
      .filter(([, items]) => items.length > 0)
      .map(([how, items]) => `Threads are ${how}: ${items.join('; ')}.`),
  ];
}

function answer(isDangerous: boolean, isCheaper: boolean): string {
  if (!isCheaper) return 'Process: a thread was cheaper in nothing.';
  if (!isDangerous) return 'Thread: it was cheaper in something, and nothing was lost by it.';
  return 'Process, unless what a thread saves is needed and its dangers do not matter.';
}

/** Less by more than a tenth in the median round, and not more in over a fifth of the rounds. */
function isLess(these: readonly number[], those: readonly number[]): boolean {
  const ratios = these.map((value, round) => value / (those[round] as number));
  return median(ratios) < 1 / 1.1 && ratios.filter((one) => one >= 1).length <= ratios.length / 5;
}

function compared({ what, unit, process, thread }: Price): string {
  const [ofThread, ofProcess] = [median(thread), median(process)];
  const times = ratio(Math.max(ofThread, ofProcess), Math.min(ofThread, ofProcess));
  return `${what} ${words(ofThread)} ${unit}, not ${words(ofProcess)} ${unit} (${times})`;
}

/** The figures that decide, from all measurements. */
export function decidingFigures({ development, memory, cpu, crashes, usage }: MeasuredIsolations): Deciding {
  const price = <Case extends { readonly contestant: string; readonly load: string }>(
    [what, unit]: readonly [string, string],
    cases: readonly Case[],
    load: string,
    valuesOf: (one: Case) => readonly number[],
  ): Price[] => {
    const values = (isolation: string) => {
      const found = cases.find((one) => one.contestant === isolation && one.load === load);
      return (found ? valuesOf(found) : []).filter(Number.isFinite);
    };
    const [process, thread] = [values('process'), values('thread')];
    return process.length > 0 ? [{ what, unit, process, thread }] : [];
  };
  const kept = (isolation: string) => {
    const spike = usage?.spikes.find(
      ({ contestant, kind }) => contestant === isolation && kind === 'buffers',
    );
    return spike ? 1 - givenBack(spike, 'late') : 0;
  };
  const { cases } = cpu;
  return {
    prices: [
      ...(memory
        ? price(['an environment takes', 'MB'], memory.cases, 'endpoint', (one) =>
            perEnvironment(one, memory.counts),
          )
        : []),
      ...price(['a start takes', 'ms'], cases, 'endpoint', ({ work }) => work.map(startMs)),
      ...price(['a start uses, of processor time,', 'ms'], cases, 'endpoint', ({ work }) =>
        work.map(startCpuMs),
      ),
      ...price(['an invocation takes', 'µs'], cases, 'nothing', ({ work }) => work.map(invocationUs)),
    ],
    lostIn: { process: harmfulCrashes(crashes, 'process'), thread: harmfulCrashes(crashes, 'thread') },
    differing: differences(development),
    ...(usage && { keptAfterEnd: { process: kept('process'), thread: kept('thread') } }),
  };
}
