import {
  type PackedApplication,
  readWorkspace,
  settingsPath,
  topologyFile,
  UsageError,
  type Workspace,
} from '@nanoservices/model';
import { type SafeRequest, safeRequests } from '../load/requests.ts';
import { type Traffic, trafficOf } from '../traffic/traffic.ts';
import type { ReportOptions } from './options.ts';

/** The subject under test: a workspace, as its files are now. */
export interface Subject {
  readonly workspace: Workspace;
  /** The application in each topology that is measured. */
  readonly applications: readonly PackedApplication[];
  /** The application in the other topologies of topology.json, as far as they are valid. */
  readonly others: readonly PackedApplication[];
  readonly traffic: Traffic;
  /** Requests that change nothing. */
  readonly requests: readonly SafeRequest[];
}

/** @throws UsageError when a file of the workspace is invalid, or `options` name a topology or a file that does not exist */
export async function readSubject(
  workspaceRoot: string,
  options: Pick<ReportOptions, 'topologies' | 'traffic'>,
): Promise<Subject> {
  const workspace = await readWorkspace(workspaceRoot);
  if (workspace.endpoints.length === 0) {
    throw new UsageError(
      `There is no endpoint (${workspace.folders.functions}/*/*/src/handler.ts). Make one: npx nx g endpoint`,
    );
  }
  const all = Object.keys(workspace.topologies.topologies);
  const unknown = options.topologies?.find((name) => !all.includes(name));
  if (unknown !== undefined) {
    throw new UsageError(
      `--topologies: ${settingsPath(workspaceRoot, topologyFile)} has no "${unknown}". There are: ${all.join(', ')}.`,
    );
  }
  const traffic = trafficOf(workspace, options.traffic);
  const measured = options.topologies ?? all;
  return {
    workspace,
    applications: measured.map((name) => workspace.pack(name)),
    others: all.filter((name) => !measured.includes(name)).flatMap((name) => packIfValid(workspace, name)),
    traffic,
    requests: await safeRequests(workspace, traffic),
  };
}

function packIfValid(workspace: Workspace, topology: string): PackedApplication[] {
  try {
    return [workspace.pack(topology)];
  } catch (error) {
    if (error instanceof UsageError) return [];
    throw error;
  }
}
