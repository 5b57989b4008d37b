import type { Figure, Plot } from '../report.ts';
import { marksOf, valueText } from './figure-text.ts';
import {
  categoryAxis,
  colour,
  type Drawing,
  legendOf,
  text,
  textWidth,
  valueAxis,
  whisker,
} from './plot-parts.ts';

export function isBars({ shape }: Plot): boolean {
  return shape === 'bars' || shape === 'stacked-bars';
}

/** Horizontal bars: names of any length before them, and their values behind them. */
export function barsOption(plot: Plot, width: number): Drawing {
  const { x, y, series, shape } = plot;
  const names = [...new Set(series.flatMap(({ points }) => points.map((point) => String(point.x))))];
  const isStacked = shape === 'stacked-bars';
  const lanes = isStacked ? 1 : series.length;
  const thickness = lanes === 1 ? 18 : 13;
  const { height: legendHeight, legend } = legendOf(plot, width);
  const nameWidth = Math.min(width * 0.36, Math.max(...names.map(textWidth), 20));
  const labels = isStacked ? totals(plot, names) : barLabels(plot, names);
  const labelWidth = Math.max(...labels.flat().map(({ written }) => textWidth(written)));
  const height = legendHeight + names.length * (lanes * (thickness + 2) + 12) + 46;
  const option = {
    legend,
    grid: {
      left: nameWidth + 10,
      right: Math.min(labelWidth + 14, width * 0.34),
      top: legendHeight + 4,
      bottom: 42,
      outerBoundsMode: 'none',
    },
    xAxis: { ...valueAxis(y, width), nameGap: 24 },
    yAxis: {
      ...categoryAxis(names),
      inverse: true,
      axisLabel: { ...text, width: nameWidth, overflow: 'break', interval: 0 },
      ...(x.unit !== undefined && { name: x.unit }),
    },
    series: [
      ...series.map(({ name, points }, index) => ({
        name,
        type: 'bar',
        silent: true,
        barWidth: thickness,
        barGap: `${200 / thickness}%`,
        ...(isStacked && { stack: 'all' }),
        itemStyle: { color: colour(index), borderRadius: isStacked ? 0 : [0, 2, 2, 0] },
        data: names.map((category) => points.find((point) => String(point.x) === category)?.y.value ?? null),
      })),
      ...labels.flatMap((ofLane, lane) => {
        const offset = (lane - (lanes - 1) / 2) * (thickness + 2);
        return [endLabels(ofLane, offset), ...(isStacked ? [] : [whiskers(ofLane, offset)])];
      }),
    ],
  };
  return { height, option };
}

/** The label behind a bar. */
interface EndLabel {
  readonly place: number;
  readonly figure: Figure;
  readonly written: string;
}

function barLabels({ series, y }: Plot, names: readonly string[]): EndLabel[][] {
  return series.map(({ points }) =>
    points.map((point) => ({
      place: names.indexOf(String(point.x)),
      figure: point.y,
      written: point.label ?? `${valueText(point.y, y.unit)} ${marksOf(point.y)}`,
    })),
  );
}

/** The sums of stacked bars. */
function totals({ series, y }: Plot, names: readonly string[]): EndLabel[][] {
  const ends = names.flatMap((name, place) => {
    const figures = series.flatMap(({ points }) =>
      points.filter(({ x }) => String(x) === name).map((one) => one.y),
    );
    const [first] = figures;
    if (!first) return [];
    const figure: Figure = {
      value: figures.reduce((sum, { value }) => sum + value, 0),
      source: first.source,
    };
    return [{ place, figure, written: valueText(figure, y.unit) }];
  });
  return [ends];
}

function endLabels(labels: readonly EndLabel[], offset: number) {
  return {
    type: 'custom',
    silent: true,
    data: labels.map(({ place, figure }) => [place, Math.max(figure.value, figure.spread?.[1] ?? 0, 0)]),
    encode: { x: 1, y: 0 },
    renderItem: (
      params: { dataIndex: number },
      api: { value(at: number): number; coord(at: number[]): number[] },
    ) => {
      const [x = 0, y = 0] = api.coord([api.value(1), api.value(0)]);
      return {
        type: 'text',
        silent: true,
        style: {
          x: x + 6,
          y: y + offset,
          text: labels[params.dataIndex]?.written,
          fill: text.color,
          fontSize: text.fontSize,
          fontFamily: text.fontFamily,
          verticalAlign: 'middle',
        },
      };
    },
  };
}

function whiskers(labels: readonly EndLabel[], offset: number) {
  const withSpread = labels.filter(({ figure }) => figure.spread);
  return {
    type: 'custom',
    silent: true,
    z: 5,
    data: withSpread.map(({ place, figure }) => [place, ...(figure.spread ?? [])]),
    encode: { x: [1, 2], y: 0 },
    renderItem: whisker(true, offset),
  };
}
