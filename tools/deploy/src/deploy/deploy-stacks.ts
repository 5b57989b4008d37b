import { type Stage, UsageError } from '@nanoservices/model';
import type { DeploymentFiles } from '../live/deployment-files.ts';
import type { Stack, Stacks } from '../live/stacks.ts';
import { formatTag, isOlderFormat, stageFormat } from '../live/stage-format.ts';
import { serverlessTemplate, withDeploymentBucket } from '../packaging/serverless-template.ts';
import { stackName } from '../stacks/names.ts';
import { platformService } from '../stacks/platform-service.ts';
import { configurationOf, type Service } from '../stacks/service.ts';
import type { Decision } from './decide.ts';

export interface StackTarget {
  readonly stage: Stage;
  readonly stacks: Stacks;
  readonly isForced: boolean;
}

/** A target that is changed. */
export interface ChangedTarget extends StackTarget {
  /** Called before the first change on AWS. */
  beforeChange(): Promise<void>;
}

/** The tag with the hash of a stack's configuration. */
const configurationTag = 'configuration';

export async function planPlatform({ stage, stacks, isForced }: StackTarget): Promise<Decision> {
  const stack = await stacks.read(stackName(stage, 'platform'));
  const decision = decideStack(platformService(stage), stack, isForced);
  if (decision.action !== 'skip' || !isOlderFormat(stack?.tags[formatTag])) return decision;
  // From now on, older versions refuse the stage before they change anything.
  return { action: 'full', reason: 'the first deployment by a newer version' };
}

/** Deploys the stack with the deployment bucket, if it changed. */
export async function deployPlatform(target: ChangedTarget, say: (step: string) => void): Promise<Decision> {
  const decision = await planPlatform(target);
  if (decision.action === 'skip') return decision;
  await target.beforeChange();
  await deployStack(target, 'platform', platformService(target.stage), { say });
  return decision;
}

/**
 * The deployment bucket of a stage.
 *
 * @throws UsageError when the platform is not deployed
 */
export async function deploymentBucket({
  stage,
  stacks,
}: Pick<StackTarget, 'stage' | 'stacks'>): Promise<string> {
  const bucket = await stacks.resourceId(stackName(stage, 'platform'), 'ServerlessDeploymentBucket');
  if (bucket) return bucket;
  throw new UsageError(
    `The stage ${stage.name} has no deployment bucket yet: npx nanos deploy platform --stage ${stage.name}`,
  );
}

/** Options of a change of a stack, beside its service. */
interface StackOptions {
  /** The bucket, for functions and API; the platform makes it. */
  readonly files?: DeploymentFiles;
  readonly assertHeld?: () => void;
  readonly say?: (step: string) => void;
}

/** Decides from the tags of a stack what to do for it. */
export function decideStack(
  service: Service,
  stack: Stack | undefined,
  isForced: boolean,
  change = 'configuration changed',
): Decision {
  if (!stack) return { action: 'full', reason: 'new' };
  if (isForced) return { action: 'full', reason: 'forced' };
  if (!isSettled(stack)) return { action: 'full', reason: `its stack is in ${stack.status}` };
  // Only prepared: see prepareApi.
  if (!(configurationTag in stack.tags)) return { action: 'full', reason: 'new' };
  if (stack.tags[configurationTag] !== configurationOf(service)) return { action: 'full', reason: change };
  return { action: 'skip', reason: 'unchanged' };
}

/** UPDATE_ROLLBACK_COMPLETE counts: after a failed update, CloudFormation restores the tags, too. */
function isSettled({ status }: Stack): boolean {
  return ['CREATE_COMPLETE', 'UPDATE_COMPLETE', 'UPDATE_ROLLBACK_COMPLETE'].includes(status);
}

/** Gives a part of the stage its stack. */
export async function deployStack(
  { stage, stacks }: StackTarget,
  name: string,
  service: Service,
  { files, assertHeld = () => {}, say = () => {} }: StackOptions,
): Promise<void> {
  const template = await serverlessTemplate(service);
  await stacks.deploy({
    name: stackName(stage, name),
    template: files ? withDeploymentBucket(template, files.bucket) : template,
    tags: {
      ...(service.provider.stackTags as Record<string, string>),
      [configurationTag]: configurationOf(service),
      ...(stageFormat > 1 && { [formatTag]: `${stageFormat}` }),
    },
    ...(files && { store: (text) => files.putLargeTemplate(name, text) }),
    assertHeld,
    say,
  });
}
