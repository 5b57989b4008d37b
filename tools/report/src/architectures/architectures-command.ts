import { resolve } from 'node:path';
import { writeReport } from '../write-report.ts';
import { architecturesReport } from './architectures-report.ts';
import { parseReportOptions, type ReportValues } from './options.ts';

/**
 * `nanos report`: measures the topologies of a workspace, and writes a report. Progress goes to stderr, the result to stdout.
 *
 * @param values - values of `reportOptions`
 * @returns the exit code
 * @throws UsageError when an option or a file of the workspace is invalid
 */
export async function runReport(workspaceRoot: string, values: ReportValues): Promise<number> {
  const options = parseReportOptions(values);
  const report = await architecturesReport(workspaceRoot, options, (doing) => console.error(doing));
  const files = await writeReport(report, resolve(workspaceRoot, options.out));
  console.log([report.summary[0], ...files].join('\n'));
  return 0;
}
