import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { EmulatedStage, succeed } from '../../testbed/aws/emulated-stage.ts';
import { deployPlainService, packageAll, writePlainService } from './plain-service.ts';

/** A change of the workspace, and how much of it. */
export interface Scenario {
  readonly name: string;
  /** The file that changes; undefined when nothing does. */
  readonly edits?: string;
  /** True for the first deployment to an empty account, from an empty cache. */
  readonly isFirst?: boolean;
}

export const scenarios: readonly Scenario[] = [
  { name: 'first deployment', isFirst: true },
  { name: 'all changed', edits: 'libs/endpoint/src/endpoint.ts' },
  { name: 'one changed', edits: 'functions/games/list-games/src/handler.ts' },
  { name: 'nothing changed' },
];

export const contestantNames = [
  'nano, ours',
  'nano, one Serverless service',
  'mono, ours',
  'mono, Serverless',
] as const;
export type ContestantName = (typeof contestantNames)[number];

/** A contestant with a workspace and an emulated AWS of its own. */
export interface Contestant {
  readonly name: ContestantName;
  readonly stage: EmulatedStage;
  /** Deploys what a scenario changed. @returns what the deployment printed */
  deploy(scenario: Scenario): Promise<string>;
}

/** @param latency - scale of the time that AWS takes */
export async function openContestant(name: ContestantName, latency: number): Promise<Contestant> {
  const stage = await EmulatedStage.open({ latency });
  const { workspace } = stage;
  const topology = name.startsWith('nano') ? 'nano' : 'mono';
  if (topology === 'mono') {
    workspace.edit('functions/topology.json', (text) => text.replace('"active": "nano"', '"active": "mono"'));
  }
  if (name.endsWith('ours')) {
    workspace.commit(topology);
    const deploy = (...which: string[]) => succeed(stage.nx(...which, '-t', 'deploy', '--stage', 'dev'));
    return {
      ...{ name, stage },
      deploy: ({ edits }) => (edits ? deploy('affected', '--base', 'HEAD~1') : deploy('run-many')),
    };
  }
  await writePlainService(stage);
  workspace.commit(topology);
  return { name, stage, deploy: () => deployPlainService(stage) };
}

/** Changes the workspace as a scenario says. */
export function prepare({ stage: { workspace } }: Contestant, { name, edits, isFirst }: Scenario): void {
  if (isFirst) rmSync(join(workspace.root, '.nx'), { recursive: true, force: true });
  if (!edits) return;
  workspace.edit(edits, (text) => `${text}console.debug('${name}');\n`);
  workspace.commit(name);
}

/** Nx itself, when nothing changed: every task comes from the cache. */
export const nxItself = ({ stage }: Contestant): Promise<void> => packageAll(stage);
