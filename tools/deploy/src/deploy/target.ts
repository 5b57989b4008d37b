import type { PackedFunction, Stage } from '@nanoservices/model';
import type { DeploymentFiles } from '../live/deployment-files.ts';
import type { Leases } from '../live/lease.ts';
import type { LiveFunctions } from '../live/live-functions.ts';
import type { Stacks } from '../live/stacks.ts';
import type { VersionMetrics } from '../live/version-metrics.ts';
import type { Template } from '../packaging/serverless-template.ts';

/** A stage, and the clients that deploy functions to it. */
export interface Target {
  readonly workspaceRoot: string;
  readonly stage: Stage;
  readonly functions: LiveFunctions;
  readonly stacks: Stacks;
  readonly leases: Leases;
  readonly files: DeploymentFiles;
  readonly metrics: VersionMetrics;
  /** The template of a function's stack, as Serverless makes it. */
  templateOf(packed: PackedFunction): Promise<Template>;
  /** Waits until the functions that a function calls are live. @throws Failed when one of them is not */
  calleesLive(packed: PackedFunction): Promise<void>;
  /** The commit that git has checked out. */
  readonly commit: string;
  readonly isForced: boolean;
  /** Called before the first change on AWS. */
  beforeChange(): Promise<void>;
}
