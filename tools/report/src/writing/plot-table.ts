import type { Column, Plot, Table } from '../report.ts';

/** The figures of a plot as a table: a row for each place on its first axis, a column for each series. */
export function plotTable({ title, x, y, series }: Plot): Table {
  const places = [...new Set(series.flatMap(({ points }) => points.map((point) => point.x)))];
  return {
    kind: 'table',
    title,
    columns: series.map(({ name }): Column => ({ name, ...(y.unit !== undefined && { unit: y.unit }) })),
    rows: places.map((place) => ({
      name: x.unit === undefined ? String(place) : `${place} ${x.unit}`,
      cells: series.map(({ points }) => points.find((point) => point.x === place)?.y),
    })),
  };
}
