import type { CustomSeriesOption } from 'echarts/charts';
import type { EChartsCoreOption } from 'echarts/core';
import type { Axis, Plot } from '../report.ts';
import { nameWithUnit, numberText } from './figure-text.ts';

/** Options of ECharts, and the height of the drawing. */
export interface Drawing {
  readonly height: number;
  readonly option: EChartsCoreOption;
}

export const text = { color: 'var(--text)', fontSize: 12, fontFamily: 'inherit' };
export const faintText = { ...text, color: 'var(--faint)' };
const line = { lineStyle: { color: 'var(--line)' } };

/** The colour of a series, by its zero-based index; there are six. */
export function colour(index: number): string {
  return `var(--series-${(index % 6) + 1})`;
}

/** Approximate width of a text in pixels. Without a browser, there is no font to measure. */
export function textWidth(written: string): number {
  return written.length * 6.7;
}

export function valueAxis({ scale, ...axis }: Axis, width: number) {
  return {
    type: scale === 'logarithmic' ? 'log' : 'value',
    name: nameWithUnit(axis),
    nameLocation: 'middle',
    nameTextStyle: faintText,
    splitNumber: width < 400 ? 3 : 5,
    axisLabel: { ...faintText, hideOverlap: true, formatter: (value: number) => numberText(value) },
    splitLine: { ...line, show: true },
    axisLine: { ...line, show: true },
  };
}

export function categoryAxis(data: readonly string[]) {
  return {
    type: 'category',
    data,
    axisTick: { show: false },
    axisLine: { ...line, show: true },
  };
}

/** The legend above a plot of several series, and its height. */
export function legendOf({ series }: Plot, width: number) {
  if (series.length < 2) return { height: 0, legend: { show: false } };
  let rows = 1;
  let taken = 0;
  for (const { name } of series) {
    const needed = textWidth(name) + 38;
    if (taken + needed > width && taken > 0) {
      rows++;
      taken = 0;
    }
    taken += needed;
  }
  const legend = {
    data: series.map(({ name }) => name),
    left: 0,
    top: 3,
    padding: 0,
    itemGap: 16,
    itemWidth: 14,
    itemHeight: 10,
    textStyle: text,
    itemStyle: { borderWidth: 0 },
  };
  return { height: rows * 22 + 7, legend };
}

/** A whisker along the value axis. `offset` is its distance in pixels from the middle of a step of the other axis. */
export function whisker(
  isHorizontal: boolean,
  offset: number,
): NonNullable<CustomSeriesOption['renderItem']> {
  return (_, api) => {
    const place = api.value(0);
    const end = (value: number | string) =>
      api.coord(isHorizontal ? [value, place] : [place, value]) as [number, number];
    const least = end(api.value(1));
    const most = end(api.value(2));
    const [along, across] = isHorizontal ? [0, 1] : [1, 0];
    least[across as 0] += offset;
    most[across as 0] += offset;
    const cap = (at: [number, number]) => {
      const [from, to] = [[...at], [...at]] as [[number, number], [number, number]];
      from[across as 0] -= 3;
      to[across as 0] += 3;
      return stroke(from, to);
    };
    if (Math.abs((most[along as 0] as number) - (least[along as 0] as number)) < 1) return null;
    return { type: 'group', silent: true, children: [stroke(least, most), cap(least), cap(most)] };
  };
}

function stroke([x1, y1]: [number, number], [x2, y2]: [number, number]) {
  return {
    type: 'line' as const,
    silent: true,
    shape: { x1, y1, x2, y2 },
    style: { stroke: 'var(--text)', lineWidth: 1.2 },
  };
}
