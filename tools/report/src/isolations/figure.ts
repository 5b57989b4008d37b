import type { Figure } from '../report.ts';

/** The figure of what was measured several times. */
export function figureOf(values: readonly number[]): Figure {
  const sorted = values.toSorted((a, b) => a - b);
  const [least, most] = [sorted[0], sorted.at(-1)];
  if (least === undefined || most === undefined) throw new Error('A figure needs a value.');
  return { value: median(sorted), source: 'measured', spread: [least, most], runs: sorted.length };
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  const pair = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]] as [number, number];
  return (pair[0] + pair[1]) / 2;
}

/** How much `y` grows with each `x`: the line with the least squares. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [x, y] = [mean(points.map((point) => point.x)), mean(points.map((point) => point.y))];
  const together = points.reduce((sum, point) => sum + (point.x - x) * (point.y - y), 0);
  return together / points.reduce((sum, point) => sum + (point.x - x) ** 2, 0);
}

/** A number in words, as exact as it deserves: `1.23`, `12.3`, `123`, `12,300`. */
export function words(value: number): string {
  return Number(value.toPrecision(3)).toLocaleString('en-GB', { maximumSignificantDigits: 3 });
}

/** `4.2 times`, or `about the same` within a tenth. */
export function ratio(larger: number, smaller: number): string {
  const times = larger / smaller;
  return Math.abs(times - 1) < 0.1 ? 'about the same' : `${words(times)} times`;
}

/** `a, b and c`, or `none`. */
export function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : new Intl.ListFormat('en-GB').format(names);
}
