export { runReport } from './architectures-command.ts';
export { architecturesReport } from './architectures-report.ts';
export { parseReportOptions, type ReportOptions, type ReportValues, reportOptions } from './options.ts';
export type { Progress } from './progress.ts';
