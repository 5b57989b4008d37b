/** `nx run report:architectures`: measures the topologies of this workspace and writes a report. See {@link usage}. */
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { UsageError } from '@nanoservices/workspace/usage-error';
import { writeReport } from '../write-report.ts';
import { architecturesReport } from './architectures-report.ts';
import { examine } from './evidence.ts';
import { measureAll } from './measure-all.ts';
import { parseReportOptions, usage } from './options.ts';
import { readSubject } from './subject.ts';
import { tryProposal } from './try-proposal.ts';

const workspaceRoot = process.cwd();

try {
  const options = parseReportOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else {
    // Whatever it names, measuring works on a database of its own.
    delete process.env.DATABASE_URL;
    const started = { at: new Date(), load: loadavg()[0] ?? 0 };
    const subject = await readSubject(workspaceRoot, options);
    const progress = (doing: string) => console.error(doing);
    const evidence = examine(subject, await measureAll(subject, options, progress));
    // What has been measured is not lost when the proposal does not run.
    const trial = await tryProposal(evidence, options, progress).catch((error: Error) => error);
    const report = architecturesReport(evidence, trial, options, started);
    const files = await writeReport(report, resolve(workspaceRoot, options.out));
    console.log([report.summary[0], ...files].join('\n'));
  }
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
