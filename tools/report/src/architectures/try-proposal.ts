import { WorkspaceCopy } from '@nanoservices/runtime/testing';
import { readPacking, readTopologyFile, topologyFile } from '@nanoservices/workspace/topology';
import type { Evidence } from './evidence.ts';
import { measureRounds, type Rounds } from './measure-rounds.ts';
import type { ReportOptions } from './options.ts';
import { readTopology, type Topology } from './subject.ts';

/** What is proposed, built and run in turns with the active topology, or with another where it is active itself. */
export interface Trial extends Rounds {
  readonly beside: Topology;
  readonly proposed: Topology;
}

/**
 * Builds and runs the proposal, on a copy of the workspace.
 *
 * @returns undefined when it is a topology that has been measured
 */
export async function tryProposal(
  evidence: Evidence,
  options: ReportOptions,
  progress: (doing: string) => void,
): Promise<Trial | undefined> {
  const { subject, topologies, active, existing } = evidence;
  if (topologies.some(({ name }) => name === existing?.name)) return undefined;
  const beside = active && active.name !== existing?.name ? active : topologies[0];
  if (!beside) return undefined;
  const copy = new WorkspaceCopy();
  try {
    const proposed = existing ?? writeProposal(evidence, copy);
    const compared = { ...subject, topologies: [beside, proposed] };
    return { beside, proposed, ...(await measureRounds(compared, copy.root, options, progress)) };
  } finally {
    copy.delete();
  }
}

/** As a person would, who follows the report. */
function writeProposal({ lines }: Evidence, copy: WorkspaceCopy): Topology {
  for (const [path, text] of lines.manifests) copy.write(path, text);
  const file = readTopologyFile(copy.root);
  const withProposal = { ...file, topologies: { ...file.topologies, [lines.topology]: [...lines.units] } };
  copy.write(topologyFile, JSON.stringify(withProposal));
  return readTopology(copy.root, readPacking(copy.root), withProposal, lines.topology);
}
