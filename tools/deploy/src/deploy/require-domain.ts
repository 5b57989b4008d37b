import { UsageError } from '@nanoservices/model';
import { apiStacks } from '../stacks/api-stacks.ts';
import { isResourceApi, stackName } from '../stacks/names.ts';
import type { ApiTarget } from './deploy-api.ts';

/**
 * Checks that a domain which several HTTP APIs share keeps its name. Each has a mapping: the new domain does not exist when those of
 * resources are changed, and CloudFormation cannot delete the former one while it has mappings.
 *
 * @throws UsageError that names both domains, and the way out
 */
export async function requireDomain({
  stage,
  stacks,
  application,
}: Pick<ApiTarget, 'stage' | 'stacks' | 'application'>): Promise<void> {
  if (!stage.domain) return;
  const live = await stacks.resourceId(stackName(stage, 'api'), 'Domain');
  if (live === undefined || live.toLowerCase() === stage.domain.name.toLowerCase()) return;
  const isShared = apiStacks(stage, application).length > 1 || (await hasResourceApis({ stage, stacks }));
  if (!isShared) return;
  throw new UsageError(
    `The stage ${stage.name} has the domain ${live}, which several HTTP APIs share: it cannot become ${stage.domain.name} ("domain" of the stage in ${stage.file}). Keep the name, and add a stage with the other one; or deploy a topology that one HTTP API can hold with the former name, and then the other name.`,
  );
}

async function hasResourceApis({ stage, stacks }: Pick<ApiTarget, 'stage' | 'stacks'>): Promise<boolean> {
  const found = await stacks.find({ application: stage.application, stage: stage.name });
  return found.some(({ name }) => isResourceApi(stage, name));
}
