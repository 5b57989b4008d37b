/** Origin of a figure: a run, a count, or a formula. */
export type Source = 'measured' | 'counted' | 'modelled';

/** A number of a report, in the unit of its column or axis. */
export interface Figure {
  /** The median of several runs. */
  readonly value: number;
  readonly source: Source;
  /** The least and the most of several runs. */
  readonly spread?: readonly [least: number, most: number];
  /** Number of measurements behind it. */
  readonly runs?: number;
}

/** Figures from fewer runs are marked: they say little. */
export const enoughRuns = 5;

export interface Column {
  readonly name: string;
  /** Unit behind the numbers: `ms`, `kB`, `%`. */
  readonly unit?: string;
  /** Direction of better figures. */
  readonly better?: 'less' | 'more';
}

/** A figure, words, or undefined for an empty cell. */
export type Cell = Figure | string | undefined;

export interface Table {
  readonly kind: 'table';
  readonly title: string;
  /** Meaning and origin of the figures. */
  readonly note?: string;
  readonly columns: readonly Column[];
  readonly rows: readonly { readonly name: string; readonly cells: readonly Cell[] }[];
}

export interface Plot {
  readonly kind: 'plot';
  readonly title: string;
  readonly note?: string;
  readonly shape: 'bars' | 'stacked-bars' | 'lines' | 'points';
  readonly x: Axis;
  readonly y: Axis;
  readonly series: readonly Series[];
}

export interface Axis {
  readonly name: string;
  readonly unit?: string;
  readonly scale?: 'linear' | 'logarithmic';
}

export interface Series {
  readonly name: string;
  readonly points: readonly { readonly x: string | number; readonly y: Figure; readonly label?: string }[];
}

/** Verbatim text, such as lines of a file or a formula. */
export interface Code {
  readonly kind: 'code';
  readonly title: string;
  readonly note?: string;
  readonly text: string;
}

export interface Section {
  readonly title: string;
  /** Paragraphs: the question and the result. */
  readonly text: readonly string[];
  readonly parts: readonly (Table | Plot | Code)[];
}

/** A report as plain data, so that all its written forms say the same. */
export interface Report {
  /** Name of its files: `architectures`. */
  readonly name: string;
  readonly title: string;
  /** The question and the result in a few sentences. */
  readonly summary: readonly string[];
  /** Machine, time and settings of the measurements. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}
