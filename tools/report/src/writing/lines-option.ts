import type { Plot } from '../report.ts';
import { numberText } from './figure-text.ts';
import {
  categoryAxis,
  colour,
  type Drawing,
  faintText,
  legendOf,
  text,
  textWidth,
  valueAxis,
  whisker,
} from './plot-parts.ts';

/** Series differ in symbols and strokes, not only in colour. */
const symbols = ['circle', 'rect', 'triangle', 'diamond', 'roundRect', 'pin'];
const strokes = ['solid', 'dashed', 'dotted'];

/** Lines, or points alone, over numbers or names. */
export function linesOption(plot: Plot, width: number): Drawing {
  const { x, y, series, shape } = plot;
  const places = series.flatMap(({ points }) => points.map((point) => point.x));
  const areNames = places.some((place) => typeof place === 'string');
  const names = [...new Set(places.map(String))];
  const { height: legendHeight, legend } = legendOf(plot, width);
  const room = roomForNumbers(plot);
  const place = (at: string | number) => (areNames ? names.indexOf(String(at)) : at);
  const option = {
    legend,
    grid: { left: room, right: 24, top: legendHeight + 30, bottom: 46, outerBoundsMode: 'none' },
    xAxis: areNames
      ? {
          ...categoryAxis(names),
          axisLabel: { ...text, interval: 0, width: width / names.length - 8, overflow: 'break' },
        }
      : { ...valueAxis(x, width), nameGap: 26, ...(x.scale !== 'logarithmic' && { scale: true }) },
    // The name stands above the axis, where it takes no width.
    yAxis: {
      ...valueAxis(y, width),
      nameLocation: 'end',
      nameGap: 14,
      nameTextStyle: { ...faintText, align: 'left', padding: [0, 0, 0, 4 - room] },
    },
    series: series.flatMap(({ name, points }, index) => [
      {
        name,
        type: shape === 'lines' ? 'line' : 'scatter',
        silent: true,
        symbol: symbols[index % symbols.length],
        symbolSize: shape === 'lines' ? 7 : 10,
        showAllSymbol: true,
        color: colour(index),
        itemStyle: { color: colour(index) },
        ...(shape === 'lines' && {
          lineStyle: {
            color: colour(index),
            width: 2,
            // Another stroke when symbols and colours repeat.
            type: strokes[(index + Math.floor(index / symbols.length)) % strokes.length],
          },
        }),
        labelLayout: { hideOverlap: true },
        data: points.map((point) => ({
          value: [place(point.x), point.y.value],
          ...(point.label !== undefined && {
            label: { ...faintText, show: true, position: 'top', formatter: point.label },
          }),
        })),
      },
      {
        type: 'custom',
        silent: true,
        data: points.flatMap((point) => (point.y.spread ? [[place(point.x), ...point.y.spread]] : [])),
        encode: { x: 0, y: [1, 2] },
        renderItem: whisker(false, 0),
      },
    ]),
  };
  return { height: Math.round(Math.min(width * 0.62, 320)) + legendHeight, option };
}

/** Pixels left of the value axis. Its widest number is a power of ten next to the largest or the smallest value. */
function roomForNumbers({ series }: Plot): number {
  const values = series.flatMap(({ points }) => points.flatMap(({ y }) => [y.value, ...(y.spread ?? [])]));
  const powers = values
    .filter((value) => value > 0)
    .flatMap((value) => [Math.floor, Math.ceil].map((round) => 10 ** round(Math.log10(value))));
  return Math.max(52, ...powers.map((power) => textWidth(numberText(power)) + 14));
}
