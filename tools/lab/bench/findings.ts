import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { median } from 'simple-statistics';
import { repositoryRoot } from '../testbed/repository.ts';
import type { Measured } from './interleave.ts';

/** Values of one measure, one per round. */
export type Values = readonly number[];

/** The findings of a benchmark. */
export interface Findings {
  /** The end of its target's name: `request` for `nx run lab:bench-request`. */
  readonly name: string;
  readonly title: string;
  /** Values by contestant or scenario, and by measure. The measure's name has the unit. */
  readonly rows: Readonly<Record<string, Readonly<Record<string, Values>>>>;
}

/** Findings with the machine and the day. */
export interface RecordedFindings extends Findings {
  readonly machine: string;
  readonly date: string;
}

/** The file of recorded findings, relative to the root of the repository. */
export const recordFile = (name: string) => `tools/lab/bench/results/${name}.json`;

/**
 * Prints findings as a table of medians with their spread, or with `--json` as they are. `--record` keeps them for the
 * README.
 */
export function publish(findings: Findings): void {
  const recorded: RecordedFindings = {
    ...findings,
    machine: `${cpus().length} cores (${cpus()[0]?.model.trim()}), ${process.platform}, Node ${process.versions.node}`,
    date: new Date().toISOString().slice(0, 10),
  };
  if (process.argv.includes('--json')) console.log(JSON.stringify(recorded));
  else {
    console.log(`\n${findings.title}`);
    console.table(cellsOf(findings));
  }
  if (process.argv.includes('--record')) {
    const file = recordFile(findings.name);
    writeFileSync(join(repositoryRoot, file), `${JSON.stringify(recorded, null, 1)}\n`);
    console.error(`${file} is recorded. To show it: npx nx run lab:bench-summary`);
  }
}

/**
 * Rows of contestants that took turns, with the ratio of each to a reference within a round, which a slow phase of the
 * machine does not change.
 */
export function compared(results: readonly Measured[], measure: string, reference: string): Findings['rows'] {
  const base = results.find(({ name }) => name === reference);
  if (!base) throw new Error(`No contestant is called ${reference}`);
  return Object.fromEntries(
    results.map(({ name, values }) => [
      name,
      { [measure]: values, [`ratio to ${reference}`]: ratios(values, base.values) },
    ]),
  );
}

export function ratios(values: Values, reference: Values): number[] {
  return values.map((value, round) => value / (reference[round] ?? Number.NaN));
}

/** The cells of a table, by row and column. Where there are more measures than anything, they are the rows. */
export function cellsOf({ rows }: Findings): Record<string, Record<string, string>> {
  const names = Object.keys(rows);
  const measures = [...new Set(names.flatMap((name) => Object.keys(rows[name] ?? {})))];
  const cell = (name: string, measure: string) => summary(rows[name]?.[measure] ?? []);
  const [down, across, at] =
    measures.length > names.length && measures.length > 5
      ? [measures, names, (measure: string, name: string) => cell(name, measure)]
      : [names, measures, cell];
  return Object.fromEntries(
    down.map((row) => [row, Object.fromEntries(across.map((column) => [column, at(row, column)]))]),
  );
}

/** Median, with least and most where they differ by more than a hundredth. */
function summary(values: Values): string {
  if (values.length === 0) return '';
  const middle = median([...values]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const isSteady = most - least <= Math.abs(middle) / 100;
  return isSteady ? rounded(middle) : `${rounded(middle)} (${rounded(least)} to ${rounded(most)})`;
}

function rounded(value: number): string {
  return String(Number(value.toPrecision(3)));
}
