import { figureOf, median, type Plot, type Section, type Table, words } from '@nanoservices/report';
import type { MeasuredSpike, MeasuredUsage } from './measure-usage.ts';
import { endedMs, type Moment, moments, smallInvocations, soonMs } from './spike.measure.ts';

export function usageSection(measured: MeasuredUsage): Section {
  const { settings, spikes, churns, every } = measured;
  const names = momentNames(settings);
  const kept = (contestant: string, kind: string, moment: Moment) => {
    const spike = spikes.find((one) => one.contestant === contestant && one.kind === kind);
    return spike ? `${words(100 * (1 - givenBack(spike, moment)))} %` : '';
  };
  const [first, last] = [0, churns[0]?.rounds[0] ? churns[0].rounds[0].length - 1 : 0];
  const grown = (contestant: string) => {
    const rounds = churns.find((one) => one.contestant === contestant)?.rounds ?? [];
    return `${words(median(rounds.map((round) => (round[last] as number) - (round[first] as number))))} MB`;
  };
  return {
    title: 'Memory usage',
    text: [
      `A handler needs ${settings.megabytes} MB for a moment and then releases it. Does the system get the memory back?`,
      `An idle environment is frozen: nothing in it collects garbage. Of buffers, ${kept('process', 'buffers', 'idle')} were still held ${names.idle} in a process and ${kept('thread', 'buffers', 'idle')} in a thread; of objects, ${kept('process', 'objects', 'idle')} and ${kept('thread', 'objects', 'idle')}.`,
      `The end of a process left ${kept('process', 'buffers', 'ended')} of buffers and ${kept('process', 'objects', 'ended')} of objects behind. That of a thread left ${kept('thread', 'buffers', 'ended')} and ${kept('thread', 'objects', 'ended')} ${names.ended}, and ${kept('thread', 'buffers', 'late')} and ${kept('thread', 'objects', 'late')} ${names.late}.`,
      `After ${every * last} invocations with allocations of random sizes, some of which are kept for a while, a process had grown by ${grown('process')} and a thread by ${grown('thread')}.`,
    ],
    parts: [
      ...(['buffers', 'objects'] as const).map((kind) =>
        spikeTable(
          kind,
          spikes.filter((spike) => spike.kind === kind),
          names,
        ),
      ),
      spikePlot(spikes, names),
      {
        kind: 'plot',
        title: 'Fragmentation over time',
        note: 'Sixteen blocks of 1 to 1000 kB for each invocation, one of each kind kept for sixteen invocations: about 5 MB at any time. PSS beyond that of the host alone.',
        shape: 'lines',
        x: { name: 'invocations' },
        y: { name: 'PSS', unit: 'MB' },
        series: churns.map(({ contestant, rounds }) => ({
          name: contestant,
          points: Array.from({ length: last + 1 }, (_, index) => ({
            x: index * every,
            y: figureOf(rounds.map((round) => round[index] as number)),
          })),
        })),
      },
    ],
  };
}

/** The share of a spike that is no longer held, up to 1: the median of the rounds. */
export function givenBack({ rounds }: Pick<MeasuredSpike, 'rounds'>, moment: Moment): number {
  const shares = rounds.map((round) => (round.peak - round[moment]) / (round.peak - round.before));
  return Math.min(1, Math.max(0, median(shares)));
}

type MomentNames = Readonly<Record<Moment, string>>;

function momentNames({ idleMs, lateMs }: MeasuredUsage['settings']): MomentNames {
  const seconds = (ms: number) => `${ms / 1000} s`;
  return {
    before: 'before',
    peak: 'at the peak',
    soon: `${seconds(soonMs)} after it`,
    idle: `after ${seconds(soonMs + idleMs)} without work`,
    used: `after ${smallInvocations} small invocations`,
    ended: `${seconds(endedMs)} after its end`,
    late: `${seconds(endedMs + lateMs)} after its end`,
  };
}

function spikeTable(kind: string, spikes: readonly MeasuredSpike[], names: MomentNames): Table {
  return {
    kind: 'table',
    title: `A spike of ${kind}`,
    note: `PSS of host and environment beyond that of the host alone. In-process, the host drops its reference to the module. Fused endpoints share one environment, and so what one of them leaves.`,
    columns: moments.map((moment) => ({ name: names[moment], unit: 'MB', better: 'less' })),
    rows: spikes.map(({ contestant, rounds }) => ({
      name: contestant,
      cells: moments.map((moment) => figureOf(rounds.map((round) => round[moment]))),
    })),
  };
}

function spikePlot(spikes: readonly MeasuredSpike[], names: MomentNames): Plot {
  return {
    kind: 'plot',
    title: 'What a spike leaves',
    shape: 'bars',
    x: { name: 'moment' },
    y: { name: 'PSS', unit: 'MB' },
    series: spikes.map(({ contestant, kind, rounds }) => ({
      name: `${contestant}, ${kind}`,
      points: moments.map((moment) => ({
        x: names[moment],
        y: figureOf(rounds.map((round) => round[moment])),
      })),
    })),
  };
}
