import { cpus, totalmem } from 'node:os';
import type { Report } from '../report.ts';
import { certaintySection, certaintySentence } from './certainty-section.ts';
import { changeSection } from './change-section.ts';
import { crashSection } from './crash-section.ts';
import type { Evidence } from './evidence.ts';
import { glanceSection } from './glance-section.ts';
import type { ReportOptions } from './options.ts';
import { proposalSection, proposalSentence } from './proposal-section.ts';
import { rightsSection } from './rights-section.ts';
import { runSection } from './run-section.ts';
import { sizeSection } from './size-section.ts';
import { plural } from './summarise.ts';
import { trafficSection } from './traffic-section.ts';
import { trialSection } from './trial-section.ts';
import type { Trial } from './try-proposal.ts';

/** The report on how the workspace may be packed. */
export function architecturesReport(
  evidence: Evidence,
  trial: Trial | Error | undefined,
  { rounds, seconds, concurrency }: ReportOptions,
  { at, load }: { readonly at: Date; readonly load: number },
): Report {
  const { subject } = evidence;
  return {
    name: 'architectures',
    title: 'How big should a function be?',
    summary: [
      proposalSentence(evidence),
      `${plural(subject.packing.endpoints.length, 'endpoint')} of this workspace, packed in ${subject.topologies.length} ways (${subject.topologies.map(({ name }) => name).join(', ')}): each was built, run on the local Lambda, loaded and let crash.`,
      certaintySentence(evidence),
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
      ...trialSection(evidence, trial),
      certaintySection(evidence),
    ],
  };
}
