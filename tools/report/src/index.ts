export { figureOf, listed, median, quantile, ratio, slope, words } from './figure.ts';
export {
  type Axis,
  type Cell,
  type Code,
  type Column,
  enoughRuns,
  type Figure,
  type Plot,
  type Report,
  type Section,
  type Series,
  type Source,
  type Table,
} from './report.ts';
export { writeReport } from './write-report.ts';
