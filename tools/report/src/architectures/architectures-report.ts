import { cpus, loadavg, totalmem } from 'node:os';
import type { Report } from '../report.ts';
import { type AbRun, runProposal } from './ab-run.ts';
import { abRunSection } from './ab-run-section.ts';
import { changeSection } from './change-section.ts';
import { crashSection } from './crash-section.ts';
import { type Evidence, evaluate } from './evidence.ts';
import { glanceSection } from './glance-section.ts';
import { measureAll } from './measure-all.ts';
import type { ReportOptions } from './options.ts';
import type { Progress } from './progress.ts';
import { proposalSection, proposalSentence } from './proposal-section.ts';
import { rightsSection } from './rights-section.ts';
import { runSection } from './run-section.ts';
import { sensitivitySection, sensitivitySentence } from './sensitivity-section.ts';
import { sizeSection } from './size-section.ts';
import { readSubject } from './subject.ts';
import { plural } from './summarise.ts';
import { trafficSection } from './traffic-section.ts';

/**
 * Measures the topologies of a workspace, on a copy of it with its own database.
 *
 * @throws UsageError when a file of the workspace is invalid, or `options` name a topology or a file that does not exist
 */
export async function architecturesReport(
  workspaceRoot: string,
  options: ReportOptions,
  progress: Progress = () => {},
): Promise<Report> {
  const started = { at: new Date(), load: loadavg()[0] ?? 0 };
  const subject = await readSubject(workspaceRoot, options);
  const evidence = evaluate(subject, await measureAll(subject, options, progress));
  // The measurements are not lost if the proposal does not run.
  const abRun = await runProposal(evidence, options, progress).catch((error: Error) => error);
  return composeReport(evidence, abRun, options, started);
}

function composeReport(
  evidence: Evidence,
  abRun: AbRun | Error | undefined,
  { rounds, seconds, concurrency }: ReportOptions,
  { at, load }: { readonly at: Date; readonly load: number },
): Report {
  const { subject, applications } = evidence;
  const names = applications.map(({ topology }) => topology).join(', ');
  return {
    name: 'architectures',
    title: 'How big should a function be?',
    summary: [
      proposalSentence(evidence),
      `${plural(subject.workspace.endpoints.length, 'endpoint')} of this workspace, packed in ${applications.length} ways (${names}): each was built, run on the local Lambda, loaded and crashed.`,
      sensitivitySentence(evidence),
    ],
    environment: {
      measured: at.toISOString().slice(0, 16).replace('T', ' '),
      rounds: `${rounds}, ${seconds} s of load each`,
      concurrency: String(concurrency),
      processors: `${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}`,
      memory: `${Math.round(totalmem() / 2 ** 30)} GB`,
      'load before': load.toFixed(1),
      system: `${process.platform} ${process.arch}`,
      Node: process.versions.node,
    },
    sections: [
      glanceSection(evidence),
      sizeSection(evidence),
      changeSection(evidence),
      runSection(evidence, concurrency),
      crashSection(evidence),
      rightsSection(evidence),
      trafficSection(evidence),
      proposalSection(evidence),
      ...abRunSection(evidence, abRun),
      sensitivitySection(evidence),
    ],
  };
}
