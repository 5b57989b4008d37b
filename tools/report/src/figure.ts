import * as statistics from 'simple-statistics';
import type { Figure } from './report.ts';

/** The figure of several measurements. @throws Error without a value */
export function figureOf(values: readonly number[]): Figure {
  if (values.length === 0) throw new Error('A figure needs a value.');
  const spread = [Math.min(...values), Math.max(...values)] as const;
  return { value: median(values), source: 'measured', spread, runs: values.length };
}

/** The median; NaN without a value. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The quantile of a share from 0 to 1; NaN without a value. */
export function quantile(values: readonly number[], share: number): number {
  return values.length === 0 ? Number.NaN : statistics.quantile([...values], share);
}

/** The slope of the line through some points, by least squares. */
export function slope(points: readonly { readonly x: number; readonly y: number }[]): number {
  return statistics.linearRegression(points.map(({ x, y }) => [x, y])).m;
}

/** A number with three significant digits, for a sentence: `1.23`, `12.3`, `123`, `12,300`. */
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
