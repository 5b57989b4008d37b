import type { Measured } from './interleave.ts';

/**
 * Prints medians with their spread (first to third quartile), and each contestant's ratio to a reference: the median of
 * the ratios within a round, which a slow phase of the machine does not move. With --json, as JSON.
 */
export function printTable(
  title: string,
  unit: string,
  results: readonly Measured[],
  reference: string,
): void {
  const base = results.find(({ name }) => name === reference);
  if (!base) throw new Error(`No contestant is called ${reference}`);
  const rows = results.map(({ name, values }) => ({
    name,
    median: round(quantile(values, 0.5)),
    spread: `${round(quantile(values, 0.25))} to ${round(quantile(values, 0.75))}`,
    ratio: round(
      quantile(
        values.map((value, index) => value / (base.values[index] ?? value)),
        0.5,
      ),
    ),
    rounds: values.length,
  }));
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ title, unit, reference, rows }));
    return;
  }
  console.log(`\n${title} (${unit}; ratio to ${reference})`);
  console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
