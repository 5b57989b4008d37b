import { type Cell, enoughRuns, type Figure, type Source } from '../report.ts';

/** The sign behind a figure, by its source. */
export const signs: Readonly<Record<Source, string>> = { measured: '●', counted: '#', modelled: '≈' };

/** The sign behind a figure from too few runs. */
export const fewSign = '?';

export const legend = [
  `${signs.measured} measured: by running it`,
  `${signs.counted} counted: exact`,
  `${signs.modelled} modelled: by a formula that is shown`,
  `${fewSign} from fewer than ${enoughRuns} runs: says little`,
];

/** True if a figure comes from too few runs. A measured figure without a number of runs comes from one. */
export function isFew({ source, runs }: Figure): boolean {
  return runs === undefined ? source === 'measured' : runs < enoughRuns;
}

/** The marks of a figure: the sign of its source, and the one for too few runs. */
export function marksOf(figure: Figure): string {
  return signs[figure.source] + (isFew(figure) ? fewSign : '');
}

/** A number for a reader: three significant digits, or all digits if it was counted. */
export function numberText(value: number, source: Source = 'measured'): string {
  if (!Number.isFinite(value)) return '∞';
  const rounded = source === 'counted' && Number.isInteger(value) ? value : Number(value.toPrecision(3));
  return rounded.toLocaleString('en', { maximumSignificantDigits: 15, maximumFractionDigits: 6 });
}

/** `12.3 ms`, `12%`. */
export function valueText({ value, source }: Figure, unit?: string): string {
  return withUnit(numberText(value, source), unit);
}

/** `(11.2 to 14)`, or no text if all runs agree. */
export function spreadText({ spread, source }: Figure): string {
  if (!spread) return '';
  const [least, most] = spread.map((value) => numberText(value, source));
  return least === most ? '' : `(${least} to ${most})`;
}

/** A figure with unit, spread and marks in one line of text. */
export function figureText(figure: Figure, unit?: string): string {
  return [valueText(figure, unit), spreadText(figure), marksOf(figure)].filter(Boolean).join(' ');
}

export function withUnit(text: string, unit?: string): string {
  return unit === undefined ? text : unit === '%' ? `${text}%` : `${text} ${unit}`;
}

/** The name of a column or an axis, with its unit. */
export function nameWithUnit({ name, unit }: { readonly name: string; readonly unit?: string }): string {
  return unit === undefined ? name : `${name} (${unit})`;
}

export function isFigure(cell: Cell): cell is Figure {
  return typeof cell === 'object';
}
