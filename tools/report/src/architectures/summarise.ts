import { mean } from 'simple-statistics';
import { figureOf } from '../figure.ts';
import type { RunMeasures } from '../load/measure-run.ts';
import type { Figure, Plot } from '../report.ts';
import type { Rounds } from './measure-rounds.ts';

/** The median of several runs, and their spread; undefined without a value. */
export function measured(values: readonly (number | undefined)[]): Figure | undefined {
  const known = values.filter((value) => value !== undefined && !Number.isNaN(value)) as number[];
  return known.length > 0 ? figureOf(known) : undefined;
}

/** A sentence about requests that failed under load, if any did. */
export function failures(runs: Rounds['runs']): string[] {
  const failed = [...runs.values()].flat().reduce((sum, run) => sum + run.failed, 0);
  return failed === 0 ? [] : [`${plural(failed, 'request')} under load failed.`];
}

/** The mean init of all functions; undefined without a value. */
export function meanInitMs({ inits }: Pick<RunMeasures, 'inits'>): number | undefined {
  return inits.size === 0 ? undefined : mean([...inits.values()]);
}

export function counted(value: number): Figure {
  return { value, source: 'counted' };
}

/** @param runs - number of measurements behind the model, if there are any */
export function modelled(value: number, runs?: number): Figure {
  return { value, source: 'modelled', ...(runs !== undefined && { runs }) };
}

/** A plot with a group of bars for each topology, one bar for each series. */
export function barsByTopology(
  title: string,
  y: Plot['y'],
  series: Readonly<
    Record<string, readonly { readonly topology: string; readonly figure: Figure | undefined }[]>
  >,
  { note, shape = 'bars' }: { note?: string; shape?: 'bars' | 'stacked-bars' } = {},
): Plot[] {
  const drawn = Object.entries(series).map(([name, bars]) => ({
    name,
    points: bars.flatMap(({ topology, figure }) => (figure ? [{ x: topology, y: figure }] : [])),
  }));
  if (drawn.every(({ points }) => points.length === 0)) return [];
  return [
    {
      kind: 'plot',
      title,
      shape,
      x: { name: 'topology' },
      y,
      series: drawn,
      ...(note !== undefined && { note }),
    },
  ];
}

/** `3 commits`, `1 commit`. */
export function plural(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`;
}
