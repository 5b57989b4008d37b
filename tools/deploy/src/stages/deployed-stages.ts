import type { Stage } from '@nanoservices/model';
import { Parameters } from '../live/parameters.ts';
import { type Stack, Stacks } from '../live/stacks.ts';
import { deployedCommitParameter } from '../stacks/names.ts';
import { namePrefix } from './scope.ts';

/** A stage as AWS has it. */
export interface DeployedStage {
  readonly name: string;
  readonly region: string;
  /** Number of its functions. */
  readonly functions: number;
  readonly createdAt: Date;
  /** Time of the last change of a stack, or of the last complete deployment. Undefined without the right to read the latter. */
  readonly changedAt: Date | undefined;
}

/**
 * Finds the deployed stages of an application in a region, by the names and tags of their stacks.
 *
 * @param asks - selects the stages whose last complete deployment is asked for. Of others, the stacks count
 */
export async function deployedStages(
  application: string,
  region: string,
  asks: (name: string) => boolean = () => true,
): Promise<DeployedStage[]> {
  const byStage = new Map<string, Stack[]>();
  for (const stack of await new Stacks(region).find({ application })) {
    const { stage } = stack.tags;
    // People may tag stacks of their own.
    if (stage === undefined || !stack.name.startsWith(namePrefix({ application, name: stage }))) continue;
    byStage.set(stage, [...(byStage.get(stage) ?? []), stack]);
  }
  const names = [...byStage.keys()].sort();
  const parameterOf = (name: string) => deployedCommitParameter({ application, name });
  const commits = await new Parameters(region).readPermitted(names.filter(asks).map(parameterOf));
  return names.map((name) => {
    const stacks = byStage.get(name) ?? [];
    const created = stacks.map(({ createdAt }) => createdAt?.getTime() ?? 0);
    const updated = stacks.map(({ updatedAt }) => updatedAt?.getTime() ?? 0);
    const commit = commits.get(parameterOf(name));
    const deployed = commit === 'denied' ? undefined : (commit?.LastModifiedDate?.getTime() ?? 0);
    return {
      name,
      region,
      functions: stacks.filter(({ tags }) => tags.function !== undefined).length,
      createdAt: new Date(Math.min(...created)),
      changedAt: deployed === undefined ? undefined : new Date(Math.max(deployed, ...created, ...updated)),
    };
  });
}

/** The time from which a preview may be removed; undefined for a stage without `ttlHours`, or with an unknown last deployment. */
export function expiryOf({ preview }: Stage, { changedAt }: DeployedStage): Date | undefined {
  if (preview?.ttlHours === undefined || changedAt === undefined) return undefined;
  return new Date(changedAt.getTime() + preview.ttlHours * 3_600_000);
}
