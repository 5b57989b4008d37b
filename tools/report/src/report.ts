/** How a figure came about: by running something, by counting what is there, or by a formula. */
export type Source = 'measured' | 'counted' | 'modelled';

/** A number of a report, in the unit of its column or axis. */
export interface Figure {
  /** Of several runs, their median. */
  readonly value: number;
  readonly source: Source;
  /** Of several runs, the least and the most. */
  readonly spread?: readonly [least: number, most: number];
  /** How often it was measured. */
  readonly runs?: number;
}

/** Fewer runs than this say little: such a figure is marked. */
export const enoughRuns = 5;

export interface Column {
  readonly name: string;
  /** As it is written behind a number: `ms`, `kB`, `%`. */
  readonly unit?: string;
  /** Which figures of the column are the better ones. */
  readonly better?: 'less' | 'more';
}

/** A cell is a figure, words, or nothing where there is nothing to say. */
export type Cell = Figure | string | undefined;

export interface Table {
  readonly kind: 'table';
  readonly title: string;
  /** What the figures mean and how they came about. */
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

/** Text to be shown as it is, such as the lines of a file or a formula. */
export interface Code {
  readonly kind: 'code';
  readonly title: string;
  readonly note?: string;
  readonly text: string;
}

export interface Section {
  readonly title: string;
  /** Paragraphs: what was asked, and what came out. */
  readonly text: readonly string[];
  readonly parts: readonly (Table | Plot | Code)[];
}

/** A report before it is written down: data only, so that every form of it says the same. */
export interface Report {
  /** Of its files: `architectures`. */
  readonly name: string;
  readonly title: string;
  /** What it is about, and the answer, in a few sentences. */
  readonly summary: readonly string[];
  /** What it was measured on, and when. */
  readonly environment: Readonly<Record<string, string>>;
  readonly sections: readonly Section[];
}
