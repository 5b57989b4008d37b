import type { Stage } from '@nanoservices/model';
import { Parameters } from '../live/parameters.ts';
import { type Stack, Stacks } from '../live/stacks.ts';
import { deployedCommitParameter } from '../stacks/names.ts';

/** A stage as AWS has it. */
export interface DeployedStage {
  readonly name: string;
  readonly region: string;
  /** Number of its functions. */
  readonly functions: number;
  readonly createdAt: Date;
  /** Time of the last change of a stack, or of the last complete deployment. */
  readonly changedAt: Date;
}

/** Finds the deployed stages of an application in a region, by the tags of their stacks. */
export async function deployedStages(application: string, region: string): Promise<DeployedStage[]> {
  const byStage = new Map<string, Stack[]>();
  for (const stack of await new Stacks(region).find({ application })) {
    const { stage } = stack.tags;
    if (stage !== undefined) byStage.set(stage, [...(byStage.get(stage) ?? []), stack]);
  }
  const names = [...byStage.keys()].sort();
  const parameterOf = (name: string) => deployedCommitParameter({ application, name } as Stage);
  const commits = await new Parameters(region).read(names.map(parameterOf), false);
  return names.map((name) => {
    const stacks = byStage.get(name) ?? [];
    const created = stacks.map(({ createdAt }) => createdAt?.getTime() ?? 0);
    const updated = stacks.map(({ updatedAt }) => updatedAt?.getTime() ?? 0);
    const deployed = commits.get(parameterOf(name))?.LastModifiedDate?.getTime() ?? 0;
    return {
      name,
      region,
      functions: stacks.filter(({ tags }) => tags.function !== undefined).length,
      createdAt: new Date(Math.min(...created)),
      changedAt: new Date(Math.max(deployed, ...created, ...updated)),
    };
  });
}

/** The time from which a preview may be removed; undefined for a stage without `ttlHours`. */
export function expiryOf({ preview }: Stage, { changedAt }: DeployedStage): Date | undefined {
  if (preview?.ttlHours === undefined) return undefined;
  return new Date(changedAt.getTime() + preview.ttlHours * 3_600_000);
}
