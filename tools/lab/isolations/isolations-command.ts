/** `nx run lab:isolations`: process against thread, fused and in-process, on six attributes. */
import { resolve } from 'node:path';
import { UsageError } from '@nanoservices/model';
import { writeReport } from '@nanoservices/report';
import { parseIsolationsOptions, usage } from './isolations-options.ts';
import { isolationsReport } from './isolations-report.ts';
import { measureIsolations } from './measure-isolations.ts';

try {
  await run(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

async function run(args: string[]): Promise<void> {
  const options = parseIsolationsOptions(args);
  if (options.help) return console.log(usage);
  const startedAt = performance.now();
  const progress = (text: string) => {
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stderr.write(`${String(seconds).padStart(4)} s  ${text}\n`);
  };
  const measured = await measureIsolations({ ...options, workspaceRoot: process.cwd(), progress });
  const report = isolationsReport(measured, options);
  const files = await writeReport(report, resolve(options.out));
  progress(`written: ${files.join(', ')}`);
  console.log(options.json ? JSON.stringify(report, null, 2) : report.summary.join('\n\n'));
}
