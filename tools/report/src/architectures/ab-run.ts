import { type PackedApplication, pack, readLayout, settingsPath, topologyFile } from '@nanoservices/model';
import { WorkspaceCopy } from '../workspace-copy.ts';
import type { Evidence } from './evidence.ts';
import { measureRounds, type Rounds } from './measure-rounds.ts';
import type { ReportOptions } from './options.ts';
import type { Progress } from './progress.ts';

/** An A/B run: the proposal and a baseline, built and run in turns. */
export interface AbRun extends Rounds {
  /** The active topology, or another one if the proposal is active. */
  readonly baseline: PackedApplication;
  readonly proposed: PackedApplication;
}

/**
 * Builds and runs the proposal, on a copy of the workspace.
 *
 * @returns undefined when it is a topology that has been measured
 */
export async function runProposal(
  evidence: Evidence,
  options: ReportOptions,
  progress: Progress,
): Promise<AbRun | undefined> {
  const { subject, applications, active, existing } = evidence;
  if (applications.some(({ topology }) => topology === existing?.topology)) return undefined;
  const baseline = active && active.topology !== existing?.topology ? active : applications[0];
  if (!baseline) return undefined;
  using copy = new WorkspaceCopy(subject.workspace.root);
  const proposed = existing ?? writeProposal(evidence, copy);
  const compared = { ...subject, applications: [baseline, proposed] };
  return { baseline, proposed, ...(await measureRounds(compared, copy.root, options, progress)) };
}

/** Writes the lines of the report, as a person would. */
function writeProposal({ lines, subject }: Evidence, copy: WorkspaceCopy): PackedApplication {
  const { facts, topologies: file } = subject.workspace;
  for (const [path, text] of lines.manifests) copy.write(path, text);
  const topologies = { ...file.topologies, [lines.topology]: lines.units };
  copy.write(settingsPath(copy.root, topologyFile), JSON.stringify({ ...file, topologies }));
  return pack(readLayout(copy.root), facts, lines.topology);
}
